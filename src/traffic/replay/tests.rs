//! Recorded traces: what is read, and what is refused with which words.

use std::sync::Arc;

use crate::error::Error;
use crate::traffic::Workload;
use crate::traffic::testing::{InMemory, arrivals, files, gzip, try_load};
use crate::units::Span;

const IDS: &str = "HashOwner,HashApp,HashFunction,Trigger";

/// The counts of the arrivals of all functions in each minute.
#[track_caller]
fn per_minute(workload: &Workload, minutes: usize) -> Vec<Vec<usize>> {
    let counted = |i: usize| {
        let mut counts = vec![0; minutes];
        arrivals(workload, i, 1, 1e9).iter().for_each(|it| counts[(it.at.whole_secs() / 60) as usize] += 1);
        counts
    };
    (0..workload.functions().len()).map(counted).collect()
}

#[track_caller]
fn check_counts(invocations: &str, expected: &[Vec<usize>]) {
    for bytes in [invocations.as_bytes().to_vec(), gzip(invocations.as_bytes())] {
        let workload = try_load("[{ azure-2019: { invocations: i } }]", &files(&[("i", bytes)])).unwrap();
        assert_eq!(per_minute(&workload, expected[0].len()), expected);
        assert_eq!(workload.span(), Some(Span::from_secs(60 * expected[0].len() as u64)));
    }
}

#[test]
fn azure_2019_header_variants() {
    check_counts(&format!("{IDS},1,2,3\no,a,f,http,5,0,7\n"), &[vec![5, 0, 7]]);
    check_counts(&format!("{IDS},480,481\no,a,f,http,5,0\no,a,g,timer,0,1000\n"), &[vec![5, 0], vec![0, 1000]]);
    check_counts("HashFunction,HashOwner,HashApp,minute_1,minute_2\nf,o,a,1,2\n", &[vec![1, 2]]);
    check_counts("HashFunction,HashOwner,HashApp,1_minute,2_minute\r\nf,o,a,1,2\r\n", &[vec![1, 2]]);
    check_counts("3,1,Trigger,HashFunction,HashOwner,HashApp,2\n9,7,http,f,o,a,8.0\n", &[vec![7, 8, 9]]);
    check_counts("HashOwner,HashApp,HashFunction,5,9\no,a,f,1,2\n", &[vec![1, 0, 0, 0, 2]]);
    check_counts(&format!("{IDS},1,2\no,a,f,http,5,7\no,a,\"g\",http,\"1\",8\n"), &[vec![5, 7], vec![1, 8]]);
    let rare = vec![0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0];
    let header = (1..=17).fold(IDS.to_owned(), |text, minute| format!("{text},{minute}"));
    check_counts(&format!("{header}\no,a,f,http,0,0,0,0,12,0,0,0,0,0,0,0,3,0,0,0,0\n"), &[rare]);
}

/// Content → line, code and words of the first problem.
#[track_caller]
fn refused(yaml: &str, content: &[u8], place: &str, code: &str, words: &str) {
    let result = try_load(yaml, &files(&[("f", content)]));
    let Err(Error::Input(problems)) = result else { panic!("{yaml}: not refused: {:?}", String::from_utf8_lossy(content)) };
    let first = &problems[0];
    assert_eq!((first.place.to_string().as_str(), first.problem.code), (place, code), "{first}");
    assert!(first.to_string().contains(words), "`{first}` does not say `{words}`");
}

#[test]
fn malformed_azure_2019() {
    let yaml = "[{ azure-2019: { invocations: f } }]";
    let check = |content: &str, place: &str, code: &str, words: &str| refused(yaml, content.as_bytes(), place, code, words);
    let hash = "0951ccc96bb7542d6d77e5f7305478d46e4b2199765e7fbbef29bb72983e16e2";
    check("", "f", "empty-file", "empty");
    check(&format!("{hash},{hash},{hash},http,0,1,2\n"), "f:1", "no-header", "no header");
    check("HashOwner,HashApp,HashFunktion,1\n", "f:1", "missing-column", "did you mean `HashFunktion`");
    check(&format!("{IDS}\n"), "f:1", "missing-column", "no column is a minute");
    check(&format!("{IDS},1,1\n"), "f:1", "duplicate-column", "two columns");
    check(&format!("{IDS},1,minute_1\n"), "f:1", "duplicate-column", "twice");
    check(&format!("{IDS},1,Sum\n"), "f:1", "unknown-column", "`Sum`");
    check(&format!("{IDS},1,2\n"), "f:1", "no-rows", "nothing else");
    check(&format!("{IDS},1,2\no,a,f,http,1,2\no,a,g,http,1\n"), "f:3", "too-few-fields", "5 fields, the header names 6");
    check(&format!("{IDS},1,2\no,a,f,http,1,2,3\n"), "f:2", "too-many-fields", "7 fields");
    check(&format!("{IDS},1,2\no,a,f,http,1,2,\n"), "f:2", "too-many-fields", "7 fields");
    check(&format!("{IDS},1,2,3,4\no,a,f,http,0,0,0,0,\n"), "f:2", "too-many-fields", "9 fields");
    check(&format!("{IDS},1,2,3,4\no,a,f,http,0,0,0,\n"), "f:2", "bad-count", "`4` is ``");
    check(&format!("{IDS},1,2\no,a,f\n"), "f:2", "too-few-fields", "3 fields");
    check(&format!("{IDS},1,2\no,a,f,http,NaN,2\n"), "f:2", "bad-count", "`1` is `NaN`");
    check(&format!("{IDS},1,2\no,a,f,http,1,2.5\n"), "f:2", "bad-count", "whole number");
    check(&format!("{IDS},1,2\no,a,f,http,1,-2\n"), "f:2", "bad-count", "negative");
    check(&format!("{IDS},1,2\no,a,f,http,,2\n"), "f:2", "bad-count", "not a number");
    check(&format!("{IDS},1,2\no,a,f,http,1,99999999999\n"), "f:2", "absurd-count", "absurdly large");
    refused(yaml, b"\xff\xfeH\0a\0s\0h\0,\0", "f:1", "not-text", "not a text file");
    refused(yaml, b"Hash\xe9,b\n", "f:1", "not-utf-8", "UTF-8");
    refused(yaml, &[IDS.as_bytes(), b",1\no,a,\xe9,http,1\n"].concat(), "f:2", "not-utf-8", "`HashFunction`");
    let rows = (0..5000).fold(format!("{IDS},1\n"), |text, i| text + &format!("o,a,{i:x},http,{}\n", i * i));
    let whole = gzip(rows.as_bytes());
    let result = try_load(yaml, &files(&[("f", &whole[..whole.len() / 2])]));
    let text = result.err().unwrap().to_string();
    assert!(text.starts_with("f:") && text.contains("truncated"), "{text}");
    refused(
        "[{ azure-2019: { invocations: f, function: zz } }]",
        format!("{IDS},1\no,a,f,http,1\n").as_bytes(),
        "f",
        "unknown-function",
        "`zz`",
    );
}

#[test]
fn mean_rates_make_a_service_of_each_row() {
    let workload =
        try_load("[{ mean-rates: { file: f } }]", &files(&[("f", "rate,function\n2/s,often\n36/h,seldom\n0/s,never\n")])).unwrap();
    let counts: Vec<usize> = (0..3).map(|i| arrivals(&workload, i, 1, 10_000.0).len()).collect();
    assert!((counts[0] as f64 - 20_000.0).abs() < 600.0 && (counts[1] as f64 - 100.0).abs() < 40.0 && counts[2] == 0, "{counts:?}");
    assert_eq!(workload.functions().iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["often", "seldom", "never"]);
    assert_eq!(workload.span(), None, "no recording has a length");
    let check = |content: &str, place: &str, code: &str, words: &str| {
        refused("[{ mean-rates: { file: f } }]", content.as_bytes(), place, code, words);
    };
    check("function,rate\n", "f:1", "no-rows", "nothing else");
    check("function,per_s\na,1\n", "f:1", "missing-column", "no column `rate`");
    check("function,rate\na,1\n", "f:2", "bad-rate", "does not say per what");
    check("function,rate\na,1/s\nb,-1/s\n", "f:3", "bad-rate", "negative");
    check("function,rate\na,1000001/s\n", "f:2", "bad-rate", "a million");
    check("function,rate\na,1/s\na,2/s\n", "f:3", "duplicate-function", "`a`");
}

#[test]
fn malformed_single_requests() {
    let csv = "[{ csv: { file: f } }]";
    let check = |content: &str, place: &str, code: &str, words: &str| refused(csv, content.as_bytes(), place, code, words);
    check("", "f", "empty-file", "empty");
    check("time,x\n1,2\n", "f:1", "missing-column", "no column `timestamp`; there are `time`, `x`");
    check("Timestmp;duration\n1;2\n", "f:1", "missing-column", "commas");
    check("1.5,0.2\n2.5,0.1\n", "f:1", "no-header", "already data");
    check("timestamp\n", "f:1", "no-rows", "nothing else");
    check("timestamp\n1\n3\n2\n", "f:4", "out-of-order", "earlier");
    check("timestamp\n1\n-3\n", "f:3", "negative-time", "negative");
    check("timestamp\n1\nnan\n", "f:3", "bad-number", "not a number");
    check("timestamp\n1700000000\n", "f:2", "absurd-time", "origin: first");
    check("timestamp\n99999999999999999999\n", "f:2", "absurd-time", "absurdly large");
    check("timestamp,duration\n1,2\n2\n", "f:3", "too-few-fields", "1 fields");
    check("timestamp,duration\n1,-2\n", "f:2", "negative-time", "`duration` is `-2`");
    check("timestamp,duration\n1,x\n", "f:2", "bad-number", "not a number");
    check("timestamp\n2014-04-10 00:04:00\n17\n", "f:3", "bad-time", "no date");
    check("timestamp\n2014-04-10 00:04:00\n2014-02-30 00:04:00\n", "f:3", "bad-time", "no date");
    let azure = "[{ azure-2021: { file: f } }]";
    refused(azure, b"app,func,end_timestamp\n", "f:1", "missing-column", "no column `duration`");
    refused(azure, b"app,func,end_timestamp,duration\na,f,5,0.1\na,f,1,9\n", "f:3", "negative-time", "before time zero");
    refused(azure, b"app,func,end_timestamp,duration\na,f,-5,0.1\n", "f:2", "negative-time", "negative");
    refused(azure, b"app,func,end_timestamp,duration\na,f,5\n", "f:2", "too-few-fields", "3 fields");
    let rates = "[{ rates: { file: f } }]";
    refused(rates, b"timestamp,n\n1,2\n", "f:1", "missing-column", "count: NAME");
    refused(rates, b"timestamp,count\n1,2\n1,2\n", "f:3", "out-of-order", "same interval");
    refused(rates, b"timestamp,count\n1,2\n", "f:2", "bad-number", "every: 1m");
    refused(rates, b"timestamp,count\n1,2\n2,NaN\n", "f:3", "bad-count", "leave its row out");
    refused("[{ rates: { file: f, every: 5s } }]", b"timestamp,count\n1,2\n2,1\n", "f:3", "interval", "only 1s");
}

#[test]
fn a_missing_file_is_an_input_output_error() {
    let error = try_load("[{ csv: { file: none.csv } }]", &files::<&str>(&[])).err().unwrap();
    assert!(error.to_string().contains("could not read `none.csv`"), "{error}");
}

#[track_caller]
fn check_times(yaml: &str, content: &str, expected_ns: &[u64]) {
    let workload = try_load(yaml, &files(&[("f", content)])).unwrap();
    let read: Vec<u64> = arrivals(&workload, 0, 1, 1e9).iter().map(|it| it.at.0).collect();
    assert_eq!(read, expected_ns, "{yaml}");
    assert!(workload.failure().is_none());
}

#[test]
fn timestamps_of_every_form() {
    check_times("[{ csv: { file: f } }]", "x,timestamp\n,0.5\n,2\n", &[500_000_000, 2_000_000_000]);
    check_times("[{ csv: { file: f, timestamp: t, unit: ms } }]", "t\n0.5\n2\n", &[500_000, 2_000_000]);
    check_times("[{ csv: { file: f, unit: ns, origin: first } }]", "timestamp\n1700000000000000000\n1700000000000000003\n", &[0, 3]);
    let llm = "TIMESTAMP,ContextTokens\n2023-11-16 18:17:03.9799600,4808\n2023-11-16 18:17:04.0319600,3180\n";
    check_times("[{ csv: { file: f } }]", llm, &[0, 52_000_000]);
    check_times("[{ csv: { file: f } }]", "timestamp\n2014-04-10T23:59:59Z\n2014-04-11T02:00:00+02:00\n", &[0, 1_000_000_000]);
    check_times("[{ csv: { file: f }, scale: 2 }]", "timestamp\n1\n", &[1_000_000_000; 2]);
    check_times(
        "[{ rates: { file: f, spread: start } }]",
        "timestamp,value\n2014-04-10 00:04:00,2.0\n2014-04-10 00:09:00,1\n",
        &[0, 0, 300_000_000_000],
    );
    check_times(
        "[{ rates: { file: f, every: 4s, spread: equidistant } }]",
        "timestamp,count\n1,2\n11,1\n",
        &[2_000_000_000, 4_000_000_000, 13_000_000_000],
    );
}

#[test]
fn azure_2021_is_sorted_by_start_and_split_by_function() {
    let rows = "app,func,end_timestamp,duration\na,f,5,4.5\nb,f,1,0.2\na,f,0.3,0.3004\na,g,2,0\n";
    let workload = try_load("[{ azure-2021: { file: f } }]", &files(&[("f", rows)])).unwrap();
    let names: Vec<&str> = workload.functions().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["f", "g", "f-2"]);
    let first: Vec<(u64, u64)> = arrivals(&workload, 0, 1, 1e9).iter().map(|it| (it.at.0, it.demand.unwrap().0)).collect();
    assert_eq!(first, [(0, 300_400_000), (500_000_000, 4_500_000_000)]);
    assert_eq!(workload.span(), Some(Span::from_secs(3)));
    let one = try_load("[{ azure-2021: { file: f, function: b/f } }, { poisson: { rate: 1/s } }]", &files(&[("f", rows)])).unwrap();
    assert_eq!(one.functions().len(), 1);
    let ambiguous = try_load("[{ azure-2021: { file: f, function: f } }]", &files(&[("f", rows)])).err().unwrap();
    assert!(ambiguous.to_string().contains("2 functions begin"), "{ambiguous}");
    let mixed = try_load("[{ azure-2021: { file: f } }, { poisson: { rate: 1/s } }]", &files(&[("f", rows)])).err().unwrap();
    assert!(mixed.to_string().contains("service of its own"), "{mixed}");
}

#[test]
fn two_days_are_joined_by_function() {
    let day = |count: u32| format!("{IDS},1,2\no,a,f,http,{count},0\no,a,g,http,1,1\n");
    let yaml = "[{ azure-2019: { invocations: d1 } }, { azure-2019: { invocations: d2 }, shift: 2m }]";
    let workload = try_load(yaml, &files(&[("d1", day(3)), ("d2", day(4))])).unwrap();
    assert_eq!(per_minute(&workload, 4), [vec![3, 0, 4, 0], vec![1, 1, 1, 1]]);
    assert_eq!(workload.functions()[0].invocations, 7);
}

#[test]
fn counts_are_kept_exactly_by_every_spreading_and_scaled_to_the_mean() {
    let content = format!("{IDS},1,2,3\no,a,f,http,500,0,1\n");
    for spread in ["uniform", "exponential", "equidistant", "start"] {
        let yaml = format!("[{{ azure-2019: {{ invocations: f, spread: {spread} }} }}]");
        let workload = try_load(&yaml, &files(&[("f", &content)])).unwrap();
        assert_eq!(per_minute(&workload, 3), [vec![500, 0, 1]], "{spread}");
    }
    let scaled = try_load("[{ azure-2019: { invocations: f }, scale: 2.5 }]", &files(&[("f", &content)])).unwrap();
    let counts = &per_minute(&scaled, 3)[0];
    assert!(counts[0] == 1250 && (2..=3).contains(&counts[2]), "{counts:?}");
}

/// Kolmogorov and Smirnov's distance of 20,000 places in a minute from the uniform, below the 0.1 % limit; and the
/// smallest of five is Beta(1, 5) with mean 1/6.
#[test]
fn places_are_uniform_order_statistics() {
    let big = try_load("[{ azure-2019: { invocations: f } }]", &files(&[("f", format!("{IDS},1\no,a,f,http,20000\n"))])).unwrap();
    let places: Vec<f64> = arrivals(&big, 0, 5, 60.0).iter().map(|it| it.at.as_secs_f64() / 60.0).collect();
    let n = places.len() as f64;
    let distance = places.iter().enumerate().map(|(i, x)| (x - (i as f64 + 0.5) / n).abs()).fold(0.0, f64::max);
    assert!(distance < 1.95 / n.sqrt(), "distance {distance}");
    let header = (1..=2000).fold(IDS.to_owned(), |text, i| text + &format!(",{i}"));
    let row = "o,a,f,http".to_owned() + &",5".repeat(2000);
    let small = try_load("[{ azure-2019: { invocations: f } }]", &files(&[("f", format!("{header}\n{row}\n"))])).unwrap();
    let smallest: Vec<f64> = arrivals(&small, 0, 5, 1e9).iter().step_by(5).map(|it| it.at.as_secs_f64() % 60.0 / 60.0).collect();
    let mean = smallest.iter().sum::<f64>() / smallest.len() as f64;
    let error = (5.0 / (36.0 * 7.0) / 2000.0_f64).sqrt();
    assert!((mean - 1.0 / 6.0).abs() < 4.0 * error, "{mean}");
}

fn azure_folder() -> Arc<InMemory> {
    let durations = "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,\
        percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100\n\
        o,a,f,100,10000,10.0,2000.0,20,50,80,100,120,300,900\no,a,g,0,50,0.0,0.0,0,0,0,0,0,0,0\n";
    files(&[
        ("t/invocations_per_function_md.anon.d01.csv", format!("{IDS},1\no,a,f,http,9000\no,a,g,http,10\no,b,h,http,10\n")),
        ("t/function_durations_percentiles.anon.d01.csv", durations.to_owned()),
        ("t/app_memory_percentiles.anon.d01.csv", "HashOwner,HashApp,SampleCount,AverageAllocatedMb\no,a,7,150\n".to_owned()),
        ("t/README.md", String::new()),
        ("two/a_inv.csv", format!("{IDS},1\no,a,f,http,9\n")),
        ("two/b_inv.csv", format!("{IDS},1\no,a,f,http,9\n")),
        ("empty/x.txt", String::new()),
    ])
}

#[test]
fn a_folder_has_durations_and_memory() {
    let workload = try_load("[{ azure-2019: { folder: t/, day: 1 } }]", &azure_folder());
    let workload = workload.or_else(|_| try_load("[{ azure-2019: { folder: t } }]", &azure_folder())).unwrap();
    let [f, g, h] = workload.functions() else { panic!("three functions") };
    assert_eq!((f.mean_duration, f.memory.unwrap().0), (Some(Span::from_millis(100)), 150_000_000));
    assert_eq!((g.mean_duration, h.memory), (Some(Span(500_000)), None));
    assert!(h.mean_duration.is_some_and(|mean| mean >= Span::from_millis(1)));
    let drawn = |i: usize| -> Vec<f64> { arrivals(&workload, i, 1, 60.0).iter().map(|it| it.demand.unwrap().as_secs_f64()).collect() };
    let mut of_f = drawn(0);
    of_f.sort_by(f64::total_cmp);
    assert!((of_f[4500] - 0.1).abs() < 0.002 && of_f[0] >= 0.01 && of_f[8999] <= 2.0, "{} {} {}", of_f[0], of_f[4500], of_f[8999]);
    assert!(drawn(1).iter().all(|s| *s == 0.000_5), "a recorded zero is half a millisecond");
    assert_eq!(drawn(2).len(), 10);
}

#[test]
fn a_folder_that_is_not_one_trace_is_refused() {
    for (folder, words) in [("two", "2 files of the same kind"), ("empty", "no file with invocations")] {
        let error = try_load(&format!("[{{ azure-2019: {{ folder: {folder} }} }}]"), &azure_folder()).err().unwrap();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_file_that_changes_between_runs_is_reported() {
    let check = |new: Option<&str>, arrived: usize, words: &str| {
        let memory = files(&[("f", "timestamp\n1\n2\n3\n")]);
        let workload = try_load("[{ csv: { file: f } }]", &memory).unwrap();
        assert_eq!(arrivals(&workload, 0, 1, 1e9).len(), 3);
        assert!(workload.failure().is_none());
        match new {
            Some(new) => memory.0.lock().unwrap().insert("f".to_owned(), new.as_bytes().to_vec()),
            None => memory.0.lock().unwrap().remove("f"),
        };
        assert_eq!(arrivals(&workload, 0, 1, 1e9).len(), arrived);
        let failure = workload.failure().unwrap().to_string();
        assert!(failure.contains(words), "{failure}");
    };
    check(Some("timestamp\n1\n2\n"), 2, "changed during the run");
    check(Some("timestamp\n1\n2\n3\n4\n"), 3, "changed during the run");
    check(Some("timestamp\n1\n0\n"), 1, "f:3: `timestamp` is `0`");
    check(None, 0, "could not read");
}
