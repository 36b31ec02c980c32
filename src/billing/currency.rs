//! The currencies a book may be in: those of ISO 4217 that are money in a country today.

use crate::error::{Problem, did_you_mean};

const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF \
                     CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD \
                     HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL \
                     LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP \
                     PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND \
                     TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Whether `code` is a currency. The problem has no path.
pub fn check_currency(code: &str) -> Result<(), Problem> {
    let codes = || CODES.split_whitespace();
    if codes().any(|known| known == code) {
        return Ok(());
    }
    let upper = code.to_uppercase();
    let problem = Problem::new("bad-currency", "", format!("`{code}` is no currency"));
    Err(match codes().any(|known| known == upper) {
        true => problem.hint(did_you_mean(&upper, codes())),
        false => problem.hint("write an ISO 4217 code such as CNY or USD"),
    })
}
