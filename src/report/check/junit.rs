//! What the gate found as test results: JUnit's XML, which every CI reads. A promise is a test, and so is a figure against
//! its baseline; what cannot be told is an error, not a failure.

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::say;
use crate::error::Place;
use crate::experiment::Verdict;
use crate::experiment::gate::Check;

/// One test.
struct Case {
    suite: String,
    name: String,
    place: Place,
    verdict: Verdict,
    /// The verdict in a word or two.
    message: &'static str,
    words: String,
}

/// The document.
pub fn junit(check: &Check) -> String {
    let cases = cases(check);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = writer.create_element("testsuites").with_attribute(("name", "coldcast")).write_inner_content(|writer| {
        let count = |wanted: Verdict| cases.iter().filter(|it| it.verdict == wanted).count().to_string();
        let (tests, failures, errors) = (cases.len().to_string(), count(Verdict::Broken), count(Verdict::Unsure));
        let suite = writer.create_element("testsuite").with_attribute(("name", check.comparison.about.scenario.as_str()));
        let suite = suite.with_attributes([("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", errors.as_str())]);
        suite.write_inner_content(|writer| cases.iter().try_for_each(|it| case(writer, it))).map(|_| ())
    });
    written.expect("writing to memory");
    let body = String::from_utf8(writer.into_inner()).expect("written from strings");
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n")
}

fn cases(check: &Check) -> Vec<Case> {
    let scenario = &check.comparison.about.scenario;
    let promises = check.promises.iter().map(|it| Case {
        suite: format!("{scenario}.promises"),
        name: format!("{}: {}", say::policy(check, it.policy), it.text),
        place: it.place.clone(),
        verdict: it.verdict,
        message: say::verdict(it.verdict),
        words: say::sides(it, check),
    });
    let figures = check.against.iter().flat_map(|it| &it.regressions).map(|it| Case {
        suite: format!("{scenario}.baseline"),
        name: format!("{}: {} no worse", say::policy(check, it.policy), say::figure(it.figure)),
        place: check.places[it.policy].clone(),
        verdict: it.verdict,
        message: say::outcome(it, check),
        words: say::moved(it, check),
    });
    promises.chain(figures).collect()
}

fn case(writer: &mut Writer<Vec<u8>>, it: &Case) -> std::io::Result<()> {
    let line = it.place.line.to_string();
    let element = writer.create_element("testcase").with_attributes([
        ("classname", it.suite.as_str()),
        ("name", it.name.as_str()),
        ("file", it.place.file.as_str()),
        ("line", line.as_str()),
    ]);
    let problem = match it.verdict {
        Verdict::Holds => return element.write_empty().map(|_| ()),
        Verdict::Broken => "failure",
        Verdict::Unsure => "error",
    };
    let inner = |writer: &mut Writer<Vec<u8>>| {
        writer.create_element(problem).with_attribute(("message", it.message)).write_text_content(BytesText::new(&it.words)).map(|_| ())
    };
    element.write_inner_content(inner).map(|_| ())
}
