//! Sources that read what was recorded.
//!
//! ```text
//! Table (CSV, gzip, lines)  ──►  azure_2019, rates  ──►  Series (counts)  ──►  Spread (places within an interval)
//! over Rows (fields)
//!                           ──►  azure_2021         ──►  Events (memory)  ──┐
//!                           ──►  csv_file           ──►  rows (read again) ─┴─►  Copies (scale)
//!                           ──►  mean_rates         ──►  a Poisson process for each row
//! ```

mod azure_2019;
mod azure_2021;
mod copies;
mod csv_file;
mod mean_rates;
mod number;
mod rates;
mod row;
mod series;
mod spread;
mod table;
mod timestamp;

pub use azure_2019::Azure2019;
pub use azure_2021::Azure2021;
pub use csv_file::{CsvFile, Origin, TimeUnit};
pub use mean_rates::MeanRates;
pub use rates::RateFile;
pub use spread::Spreading;

#[cfg(test)]
mod tests;
