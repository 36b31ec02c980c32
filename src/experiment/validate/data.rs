//! The reference figures a validation reads: texts by name, handed in by whoever can open files.
//!
//! Names are those of a folder laid out as `../shared/validation`: `queueing.json`, `aws-lambda/simfaas_exp.csv`; traces
//! lie beside it, under `traces/`.

use std::collections::BTreeMap;
use std::io::{Cursor, Error, ErrorKind, Read};

use crate::traffic::Open;

/// A file's text, and what the user calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its path as it is shown in errors and reports.
    pub shown: String,
    /// Its content.
    pub text: String,
}

/// All texts that are there, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    /// Where they were looked for, in words; nothing without a folder.
    pub looked_in: Option<String>,
    texts: BTreeMap<String, Text>,
}

impl Data {
    /// Of texts by name.
    pub fn new(looked_in: Option<String>, texts: BTreeMap<String, Text>) -> Data {
        Data { looked_in, texts }
    }

    /// The text of this name, if it is there.
    pub fn get(&self, name: &str) -> Option<&Text> {
        self.texts.get(name)
    }

    /// Those whose names begin so, by name: the files of a folder.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Text)> {
        self.texts.iter().filter(move |(name, _)| name.starts_with(prefix)).map(|(name, text)| (name.as_str(), text))
    }

    /// The text of this name, or why a case without it is skipped.
    ///
    /// # Errors
    /// A sentence that says what is missing and where it was looked for.
    pub fn need(&self, name: &str) -> Result<&Text, String> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// Why a case that needs it is skipped.
    pub fn missing(&self, name: &str) -> String {
        match &self.looked_in {
            Some(folder) => format!("there is no {name} in {folder}"),
            None => format!("it needs {name}: give the folder with `--data`"),
        }
    }
}

/// So that a scenario may replay what is among the data.
impl Open for Data {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Read + Send>> {
        let text = self.get(path).ok_or_else(|| Error::new(ErrorKind::NotFound, "no such file"))?;
        Ok(Box::new(Cursor::new(text.text.clone().into_bytes())))
    }

    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        Ok(self.below(&prefix).map(|(name, _)| name[prefix.len()..].to_owned()).filter(|rest| !rest.contains('/')).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> Data {
        let text = |text: &str| Text { shown: format!("d/{text}"), text: text.to_owned() };
        let texts = [("a.csv", "a"), ("t/x.csv", "x"), ("t/y.csv", "y")].map(|(name, it)| (name.to_owned(), text(it)));
        Data::new(Some("d".into()), texts.into_iter().collect())
    }

    #[test]
    fn texts_are_found_by_name_and_by_folder() {
        assert_eq!(data().get("a.csv").unwrap().text, "a");
        assert_eq!(data().below("t/").map(|(name, _)| name).collect::<Vec<_>>(), ["t/x.csv", "t/y.csv"]);
        assert_eq!(data().list("t").unwrap(), ["x.csv", "y.csv"]);
        let mut read = String::new();
        data().open("t/x.csv").unwrap().read_to_string(&mut read).unwrap();
        assert_eq!(read, "x");
    }

    #[test]
    fn what_is_missing_is_told() {
        assert_eq!(data().need("b.csv").unwrap_err(), "there is no b.csv in d");
        assert!(Data::default().need("b.csv").unwrap_err().contains("`--data`"));
    }
}
