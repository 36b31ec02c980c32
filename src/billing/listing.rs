//! Every price of a book as a flat list, for those who want to read the prices rather than use them.

use super::book::{Book, Class, Entry, Source};

/// One price, or the fact that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// What costs it: an instance type, or `general vCPU`.
    pub item: String,
    /// The price; nothing if the book knows the item but no price.
    pub entry: Option<&'a Entry>,
    /// Where the price is from.
    pub source: Option<&'a Source>,
}

impl Book {
    /// Every price, those by vCPU and memory first, then by type; in order of their names.
    pub fn entries(&self) -> Vec<Listed<'_>> {
        let by_size = self.classes.iter().flat_map(|(name, class)| self.listed_class(name, class));
        let by_type = self.types.iter().map(|(name, it)| self.listed(name.clone(), it.price.as_ref()));
        by_size.chain(by_type).collect()
    }

    fn listed_class<'a>(&'a self, name: &str, class: &'a Class) -> [Listed<'a>; 2] {
        [self.listed(format!("{name} vCPU"), Some(&class.vcpu)), self.listed(format!("{name} memory"), Some(&class.memory))]
    }

    fn listed<'a>(&'a self, item: String, entry: Option<&'a Entry>) -> Listed<'a> {
        Listed { item, entry, source: entry.map(|entry| &self.sources[&entry.source]) }
    }
}
