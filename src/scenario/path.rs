//! Paths into a document, as policies write them: `services.shop.autoscaler.kpa.min-scale`.
//!
//! Dots separate the parts. A part that itself holds dots is put between quotes or brackets, or its dots are escaped:
//! `services."shop.v2".timeout`, `services["shop.v2"].timeout`, `services[shop.v2].timeout` and `services.shop\.v2.timeout` are the same.
//! Unquoted dots may belong to a key too, where the document has one that holds them.

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The key, the position in a list, or `*`.
    pub text: String,
    /// Whether it was quoted: then it stands for itself, even if it is `*`.
    pub quoted: bool,
}

impl Part {
    /// Whether it stands for every key.
    pub fn is_every(&self) -> bool {
        self.text == "*" && !self.quoted
    }
}

/// Splits a path into its parts.
///
/// # Errors
/// A part that is empty, or a quote or bracket that is not closed, in words.
pub fn parts(path: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = path;
    loop {
        let (part, after) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => enclosed(path, &rest[1..], quote)?,
            Some('[') => bracketed(path, &rest[1..])?,
            _ => bare(rest),
        };
        if part.text.is_empty() {
            return Err(format!("`{path}` has an empty part"));
        }
        parts.push(part);
        rest = match after.strip_prefix('.') {
            Some(after) => after,
            None if after.is_empty() => return Ok(parts),
            None if after.starts_with('[') => after,
            None => return Err(format!("`{path}`: a dot is missing before `{after}`")),
        };
    }
}

/// Up to the closing quote.
fn enclosed<'p>(path: &str, rest: &'p str, quote: char) -> Result<(Part, &'p str), String> {
    let (text, after) = rest.split_once(quote).ok_or_else(|| format!("`{path}`: a {quote} is not closed"))?;
    Ok((Part { text: text.to_owned(), quoted: true }, after))
}

/// Up to the closing bracket, with or without quotes inside.
fn bracketed<'p>(path: &str, rest: &'p str) -> Result<(Part, &'p str), String> {
    let open = || format!("`{path}`: a [ is not closed");
    let (part, after) = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => enclosed(path, &rest[1..], quote)?,
        _ => {
            let end = rest.find(']').ok_or_else(open)?;
            (Part { text: rest[..end].to_owned(), quoted: true }, &rest[end..])
        }
    };
    Ok((part, after.strip_prefix(']').ok_or_else(open)?))
}

/// Up to the next dot or bracket that is not escaped.
fn bare(rest: &str) -> (Part, &str) {
    let (mut text, mut escaped) = (String::new(), false);
    for (at, character) in rest.char_indices() {
        match character {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '.' | '[' if !escaped => return (Part { text, quoted: false }, &rest[at..]),
            _ => text.push(character),
        }
        escaped = false;
    }
    (Part { text, quoted: false }, "")
}

/// The path in its plain form.
pub fn plain(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &[&str]) {
        let read: Vec<String> = parts(path).unwrap_or_else(|error| panic!("{error}")).into_iter().map(|part| part.text).collect();
        assert_eq!(read, expected, "{path}");
    }

    #[test]
    fn a_part_may_hold_dots() {
        check("services.shop.timeout", &["services", "shop", "timeout"]);
        for path in [r#"a["b.c/d"].e"#, "a['b.c/d'].e", "a[b.c/d].e", r#"a."b.c/d".e"#, r"a.b\.c/d.e", "a.[b.c/d].e"] {
            check(path, &["a", "b.c/d", "e"]);
        }
        check(r"a.b\\c", &["a", r"b\c"]);
    }

    #[test]
    fn a_quoted_star_is_a_star() {
        let every: Vec<bool> = parts(r#"a.*."*""#).unwrap().iter().map(Part::is_every).collect();
        assert_eq!(every, [false, true, false]);
    }

    #[test]
    fn what_is_no_path() {
        for (path, words) in [
            ("", "empty part"),
            ("a..b", "empty part"),
            ("a.", "empty part"),
            ("a[\"b].c", "is not closed"),
            ("a[b", "is not closed"),
            ("a[\"b\"c", "is not closed"),
            ("a.\"b\"c", "a dot is missing"),
        ] {
            let error = parts(path).unwrap_err();
            assert!(error.contains(words), "{path}: {error}");
        }
    }
}
