//! The price books that ship with coldcast.

use super::{Book, check};
use crate::error::{Problem, did_you_mean};

macro_rules! books {
    ($($name:literal,)*) => {
        /// Name and text of every book. A new one: a file in `books/`, a line here.
        pub const BOOKS: &[(&str, &str)] = &[$(($name, include_str!(concat!("books/", $name, ".yaml"))),)*];
    };
}

books! {
    "aliyun-cn-hangzhou",
    "aliyun-cn-beijing",
    "aliyun-cn-shanghai",
    "aliyun-cn-shenzhen",
    "aliyun-cn-hongkong",
    "aliyun-ap-southeast-1",
    "aliyun-us-east-1",
    "aliyun-eu-central-1",
    "aliyun-intl",
}

/// The book called `name` that ships with coldcast. The problem has no path: the caller knows where it was written.
pub fn find(name: &str) -> Result<Book, Problem> {
    let Some((name, text)) = BOOKS.iter().find(|(known, _)| *known == name) else {
        return Err(Problem::new("unknown-price-book", "", format!("unknown price book `{name}`"))
            .hint(did_you_mean(name, BOOKS.iter().map(|(known, _)| *known))));
    };
    Ok(parse(name, text).expect("every book that ships is parsed by a test"))
}

/// A user's own book from its text; paths of the problems are paths in that file.
pub fn parse(name: &str, text: &str) -> Result<Book, Vec<Problem>> {
    check::parse(name, text)
}
