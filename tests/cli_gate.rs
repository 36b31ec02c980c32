//! The gate as it is called: exit codes, files, colours, GitHub; and the commands that help to begin.
#![allow(clippy::disallowed_methods, reason = "a test of the program runs the program")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const SHOP: &str = "name: shop\nrun: { horizon: 1h, replications: 3 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
                    traffic: [ { poisson: { rate: 1/s } } ]\n    request: { cpu: { lognormal: { median: 50ms, sigma: 0.5 } } }\n    \
                    autoscaler: { fixed: { instances: 1 } }\n";

/// The program in `folder`, knowing nothing of where the tests run.
fn coldcast(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldcast"));
    for variable in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command.args(arguments).current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    coldcast(folder, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn shop(expect: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), format!("{SHOP}{expect}\n")).unwrap();
    folder
}

/// Ends with this code; stdout and stderr together say these words.
#[track_caller]
fn check(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) -> Output {
    let output = run(folder, arguments);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
    assert!(code != 2 || output.stdout.is_empty(), "bad input prints nothing");
    output
}

#[test]
fn exit_codes_say_the_answer() {
    let of = |expect: &str, code: i32, words: &[&str]| {
        check(shop(expect).path(), &["check", "shop.yaml"], code, words);
    };
    of("expect: { base: [ latency.p99 < 1s ] }", 0, &["✔ holds", "yes: 1 promise holds"]);
    of("expect: { base: [ latency.p99 < 1ms ] }", 1, &["✘ broken", "no: 1 promise broken"]);
    of("expect: { base: [ requests.arrived < 3600 ] }", 3, &["? cannot tell", "cannot tell: 1 promise"]);
    of("expect: { base: [ latency.p99 < 1 ] }", 2, &["shop.yaml:9:19", "write the unit: `1s`", "^^^^"]);
    of("", 2, &["there is nothing to check", "expect:", "--save-baseline"]);
}

#[test]
fn a_baseline_is_made_and_compared_with() {
    let folder = shop("");
    let folder = folder.path();
    check(folder, &["check", "shop.yaml", "--save-baseline", "deep/b.json"], 0, &["wrote deep/b.json"]);
    check(folder, &["check", "shop.yaml", "--baseline", "deep/b.json"], 0, &["6 figures", "has not changed"]);
    fs::write(folder.join("shop.yaml"), SHOP.replace("median: 50ms", "median: 60ms")).unwrap();
    let both = ["check", "shop.yaml", "--baseline", "deep/b.json", "--save-baseline", "new.json", "--junit", "j.xml", "--markdown", "m.md"];
    check(folder, &both, 1, &["worse", "median: 50ms → 60ms", "new.json is not written"]);
    assert!(!folder.join("new.json").exists() && folder.join("j.xml").exists() && folder.join("m.md").exists());
    let lenient = ["--tolerance", "latency.p50=50%", "--tolerance", "latency.p95=50%", "--tolerance", "latency.p99=1s"];
    let all = [&["check", "shop.yaml", "--baseline", "deep/b.json"][..], &lenient].concat();
    check(folder, &all, 0, &["yes: 6 figures are no worse"]);
}

#[test]
fn bad_questions_are_refused_and_nothing_is_written() {
    let folder = shop("");
    let folder = folder.path();
    check(folder, &["check", "shop.yaml", "--save-baseline", "b.json"], 0, &[]);
    let whole = fs::read_to_string(folder.join("b.json")).unwrap();
    fs::write(folder.join("half.json"), &whole[..whole.len() / 2]).unwrap();
    let with = |more: &[&str], words: &[&str]| {
        let all = [&["check", "shop.yaml", "--markdown", "m.md"][..], more].concat();
        check(folder, &all, 2, words);
        assert!(!folder.join("m.md").exists());
    };
    with(&["--baseline", "half.json"], &["half.json:", "truncated", "--save-baseline"]);
    with(&["--baseline", "none.json"], &["could not read `none.json`"]);
    with(&["--baseline", "shop.yaml"], &["this is no baseline"]);
    with(&["--baseline", "b.json", "--tolerance", "latency.p98=3%"], &["--tolerance latency.p98=3%", "did you mean"]);
    with(&["--baseline", "b.json", "--tolerance", "cost=3s"], &["a time", "money (CNY)"]);
    with(&["--baseline", "b.json", "--tolerance", "cost"], &["latency.p99=3%"]);
    with(&["--baseline", "b.json", "--precision", "0%"], &["take for ever"]);
    with(&["--baseline", "b.json", "--replications-max", "20"], &["--until-sure"]);
    with(&["--baseline", "b.json", "--junit", "shop.yaml/j.xml"], &["could not write"]);
}

#[test]
fn replications_are_added_on_request() {
    let folder = shop("expect: { base: [ requests.arrived > 3570 ] }");
    check(folder.path(), &["check", "shop.yaml", "--until-sure"], 0, &["Settled after", "planned looks together leave 5 %"]);
    let sure = check(folder.path(), &["run", "shop.yaml", "--dry", "--precision", "3%", "--format", "json"], 0, &[]);
    let summary: serde_json::Value = serde_json::from_slice(&sure.stdout).unwrap();
    assert_eq!(summary["settling"]["settled"], true);
    assert!(summary["replications"].as_u64().unwrap() >= 3);
    check(folder.path(), &["run", "shop.yaml", "--dry", "--precision", "0.01%", "--replications-max", "4"], 0, &["Not settled after 4"]);
}

#[test]
fn colours_are_for_those_who_see_them() {
    let folder = shop("expect: { base: [ latency.p99 < 1s ] }");
    let coloured = |arguments: &[&str], no_color: bool| {
        let mut command = coldcast(folder.path(), &[&["check", "shop.yaml"], arguments].concat());
        if no_color {
            command.env("NO_COLOR", "1");
        }
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!coloured(&[], false), "a pipe is no terminal");
    assert!(coloured(&["--color", "always"], false));
    assert!(!coloured(&["--color", "never"], false));
    assert!(!coloured(&[], true));
}

#[test]
fn github_sees_marks_and_a_summary() {
    let folder = shop("expect: { base: [ latency.p99 < 1ms ] }");
    let mut command = coldcast(folder.path(), &["check", "shop.yaml", "--format", "json"]);
    let output = command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md")).output().unwrap();
    assert!(text(&output.stderr).contains("::error file=shop.yaml,line=9,col="), "{}", text(&output.stderr));
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok(), "stdout is the answer alone");
    assert!(fs::read_to_string(folder.path().join("summary.md")).unwrap().contains("❌"));
}

#[test]
fn standard_input_can_be_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut child =
        coldcast(folder.path(), &["check", "-", "-q"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let scenario = format!("{SHOP}expect: {{ base: [ latency.p99 < 1s ] }}\n");
    child.stdin.take().unwrap().write_all(scenario.as_bytes()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn a_scenario_to_begin_with_runs_and_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["init", "my shop.yaml"], 0, &["my shop.yaml", "coldcast run"]);
    let written = fs::read_to_string(folder.path().join("my shop.yaml")).unwrap();
    assert!(written.contains("name: my-shop\n") && written.matches('#').count() > 15, "it is commented");
    check(folder.path(), &["run", "my shop.yaml", "--dry", "--replications", "2"], 0, &["scale-to-zero", "always-on"]);
    check(folder.path(), &["check", "my shop.yaml"], 0, &["yes: 4 promises hold"]);
    check(folder.path(), &["init", "my shop.yaml"], 2, &["it is there already, and is left as it is"]);
    assert_eq!(fs::read_to_string(folder.path().join("my shop.yaml")).unwrap(), written);
    let printed = check(folder.path(), &["init", "-"], 0, &[]);
    assert!(text(&printed.stdout).starts_with("# A scenario"));
}

/// The commands that `--help` lists.
fn commands(folder: &Path) -> Vec<String> {
    let help = run(folder, &["--help"]);
    let listed = text(&help.stdout).lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_helps_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    let commands = commands(folder.path());
    assert!(commands.len() >= 8, "{commands:?}");
    for command in &commands {
        check(folder.path(), &[command, "--help"], 0, &["Examples:", &format!("coldcast {command}")]);
    }
}

#[test]
fn shells_and_man_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let commands = commands(folder.path());
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = check(folder.path(), &["completions", shell], 0, &[]);
        commands.iter().for_each(|command| assert!(text(&script.stdout).contains(command.as_str()), "{shell} does not know {command}"));
    }
    check(folder.path(), &["man"], 0, &[".TH", "coldcast"]);
    check(folder.path(), &["man", "check"], 0, &["coldcast\\-check", "save\\-baseline"]);
    check(folder.path(), &["man", "chek"], 2, &["did you mean `check`?"]);
    check(folder.path(), &["man", "--out", "man1"], 0, &["man1/coldcast.1"]);
    for command in &commands {
        assert!(folder.path().join(format!("man1/coldcast-{command}.1")).exists(), "{command}");
    }
}

#[test]
fn figures_are_listed_as_expressions_name_them() {
    let folder = tempfile::tempdir().unwrap();
    let listed = check(folder.path(), &["list", "figures"], 0, &["latency.p99", "(`latency_s.p99`)", "timeout_rate"]);
    for line in text(&listed.stdout).lines() {
        let name = line.split_whitespace().next().unwrap();
        let scenario = format!("{SHOP}expect: {{ base: [ \"{name} == {name}\" ] }}\n");
        fs::write(folder.path().join("shop.yaml"), scenario).unwrap();
        let code = run(folder.path(), &["check", "shop.yaml", "--replications", "1"]).status.code();
        assert!(matches!(code, Some(0 | 3)), "`{name}` is a figure: {code:?}");
    }
}
