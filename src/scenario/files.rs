//! The files a scenario names beside itself: price books and traces.

use std::io::Read as _;
use std::sync::Arc;

use crate::billing::{self, Book};
use crate::error::{Error, Problem};
use crate::traffic::{Open, SourceSpec};

/// The price book of this name; a name that looks like a path is a file of the user's own.
///
/// The outer error is a file that cannot be read, the inner one a book that is not known or not right.
pub(super) fn book_of(name: &str, open: &Arc<dyn Open>) -> Result<Result<Book, Problem>, Error> {
    if !name.contains('/') && !name.ends_with(".yaml") && !name.ends_with(".yml") {
        return Ok(billing::find(name));
    }
    let mut text = String::new();
    let read = open.open(name).and_then(|mut file| file.read_to_string(&mut text));
    read.map_err(|source| Error::Io { doing: "read", path: name.to_owned(), source })?;
    match billing::parse(name, &text) {
        Ok(book) => Ok(Ok(book)),
        Err(problems) => {
            Err(Error::Input(problems.into_iter().map(|problem| crate::error::Located { place: place_of(name), problem }).collect()))
        }
    }
}

fn place_of(file: &str) -> crate::error::Place {
    crate::error::Place { file: file.to_owned(), ..Default::default() }
}

/// Replays another trace in place of each that is named: `path` is the folder of an Azure 2019 trace, the file of any other.
pub(super) fn redirect(sources: &mut [SourceSpec], path: &str) {
    for source in sources {
        if let Some(azure) = &mut source.azure_2019 {
            (azure.folder, azure.invocations, azure.durations, azure.memory) = (Some(path.to_owned()), None, None, None);
        }
        let files = [
            source.azure_2021.as_mut().map(|it| &mut it.file),
            source.csv.as_mut().map(|it| &mut it.file),
            source.rates.as_mut().map(|it| &mut it.file),
        ];
        files.into_iter().flatten().for_each(|file| *file = path.to_owned());
    }
}
