//! The real traces, if they are there (`COLDCAST_TRACES`, else `../shared/traces`): every request is read.
//!
//! Without the folder the small made-up files in `tests/data/traffic` are read instead.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "this test opens real files and tells how long that took")]
#![allow(missing_docs)]

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use coldcast::engine::Streams;
use coldcast::traffic::{Open, SourceSpec, Workload, load};
use coldcast::units::Span;

struct Below(PathBuf);

impl Open for Below {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(self.0.join(path))?))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        std::fs::read_dir(self.0.join(folder))?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

fn traces() -> Option<PathBuf> {
    let named = std::env::var_os("COLDCAST_TRACES").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from("../shared/traces"))).filter(|folder| folder.is_dir())
}

/// Functions, all arrivals and the span of the sources are as expected.
#[track_caller]
fn check(root: PathBuf, yaml: &str, functions: usize, requests: u64, seconds: u64) -> Workload {
    let specs: Vec<SourceSpec> = serde_saphyr::from_str(yaml).unwrap();
    let open: Arc<dyn Open> = Arc::new(Below(root));
    let workload = load(&specs, &open).unwrap_or_else(|error| panic!("{yaml}: {error}"));
    let streams = Streams::new(1, 0);
    let counted: Vec<u64> = (0..workload.functions().len()).map(|i| workload.arrivals(i, streams.nth(i as u64)).count() as u64).collect();
    let recorded: Vec<u64> = workload.functions().iter().map(|it| it.invocations).collect();
    assert_eq!(counted, recorded, "{yaml}");
    assert_eq!((counted.len(), counted.iter().sum()), (functions, requests), "{yaml}");
    assert_eq!(workload.span(), Some(Span::from_secs(seconds)), "{yaml}");
    assert!(workload.failure().is_none());
    workload
}

#[test]
fn every_real_trace_is_read() {
    let Some(root) = traces() else { return };
    let check = |yaml: &str, functions, requests, seconds| check(root.clone(), yaml, functions, requests, seconds);
    let start = std::time::Instant::now();
    let open: Arc<dyn Open> = Arc::new(Below(root.clone()));
    let specs: Vec<SourceSpec> = serde_saphyr::from_str("[{ azure-2019: { folder: azure2019_500x480 } }]").unwrap();
    load(&specs, &open).unwrap();
    println!("azure2019_500x480: read in {:?}", start.elapsed());
    let start = std::time::Instant::now();
    let azure = check("[{ azure-2019: { folder: azure2019_500x480 } }]", 257, 2_657_928, 28_800);
    println!("azure2019_500x480: read and replayed in {:?}", start.elapsed());
    assert!(azure.functions().iter().all(|it| it.mean_duration.is_some() && it.memory.is_some() && it.trigger.is_some()));
    check("[{ azure-2019: { folder: azure2019_http306x1440 } }]", 154, 107_676, 86_400);
    check("[{ azure-2019: { folder: azure2019_10x1440 } }]", 10, 13_037_064, 86_400);
    check("[{ azure-2019: { folder: azure2019_unlinked300x1440 } }]", 300, 517_200, 86_400);
    check("[{ azure-2021: { file: azure2021_998/AzureFunctionsInvocationTrace2021_head199.csv } }]", 31, 199, 1201);
    check("[{ csv: { file: azure_llm2023/AzureLLMInferenceTrace_code.csv } }]", 1, 8_819, 3_436);
    let alibaba = "alibaba_genai2026_requests/lora_request_trace_1115-1128.csv, timestamp: gmt_create, duration: exec_time_seconds";
    check(&format!("[{{ csv: {{ file: {alibaba} }} }}]"), 1, 13_217, 1_148_530);
    check("[{ rates: { file: nab_elb_request_count/elb_request_count_0410-0416.csv } }]", 1, 131_951, 604_800);
    check("[{ rates: { file: nasa_1995/nasa_requests_per_minute_0701-0714.csv } }]", 1, 1_106_031, 1_209_600);
    check("[{ rates: { file: nasa_1995/nasa_requests_per_second_1995-07-06.csv.gz } }]", 1, 100_960, 86_400);
}

#[test]
fn the_committed_samples_are_read() {
    let root = PathBuf::from("tests/data/traffic");
    check(root.clone(), "[{ azure-2019: { folder: azure } }]", 2, 24, 180);
    check(root.clone(), "[{ azure-2021: { file: azure2021.csv } }]", 2, 3, 3);
    check(root, "[{ rates: { file: rates.csv } }]", 1, 150, 900);
}
