//! The file with the memory: what an application holds, in megabytes (10⁶ bytes) on average.
//!
//! A file with a HashFunction (InVitro's) tells it for each function; the official one only for each application, and
//! each of its functions then gets the whole of it. Of several rows the largest counts.

use std::collections::BTreeMap;

use super::super::azure_2021::code;
use super::super::number::decimal;
use super::super::table::Table;
use crate::error::Error;
use crate::traffic::kind::Files;
use crate::traffic::workload::Function;
use crate::units::Bytes;

/// Memory by application and function; the function is empty if the file knows only applications.
pub struct Memory {
    functions: BTreeMap<(String, String), Bytes>,
    apps: BTreeMap<String, Bytes>,
}

impl Memory {
    /// Reads the file.
    pub fn read(path: &str, files: &Files) -> Result<Memory, Error> {
        let mut table = Table::open(path, &*files.open)?;
        let [app, average] = table.columns(["HashApp", "AverageAllocatedMb"])?;
        let function = table.find("HashFunction");
        let mut known = BTreeMap::new();
        while table.next_row()? {
            let bytes = decimal(table.field(average), 6).map_err(|bad| table.refuse_field(average, code(bad), bad.words()))?;
            let id = function.map_or(Ok(""), |column| table.text(column))?;
            let entry = known.entry((table.text(app)?.to_owned(), id.to_owned())).or_insert(Bytes(0));
            *entry = (*entry).max(Bytes(bytes));
        }
        let mut apps = BTreeMap::new();
        known.iter().for_each(|((app, _), bytes)| apps.entry(app.clone()).or_insert(Bytes(0)).0 += bytes.0);
        Ok(Memory { functions: known, apps })
    }

    /// Of a function's whole application.
    pub fn of_app(&self, function: &Function) -> Option<Bytes> {
        self.apps.get(&function.app).copied()
    }

    /// Of a function, or of its application.
    pub fn of(&self, function: &Function) -> Option<Bytes> {
        let of_function = self.functions.get(&(function.app.clone(), function.id.clone()));
        of_function.or_else(|| self.functions.get(&(function.app.clone(), String::new()))).copied()
    }
}
