//! The GitHub Action and the pre-commit hook, run as GitHub and pre-commit run them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::command::root;

const DOCKERFILE: &str =
    "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD [\"node\", \"a.js\"]\n";

fn yaml(file: &str) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(root().join(file)).unwrap()).unwrap()
}

/// What a run of the action left.
struct Ran {
    folder: TempDir,
    output: Output,
}

impl Ran {
    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn log(&self) -> String {
        let Output { stdout, stderr, .. } = &self.output;
        String::from_utf8_lossy(&[&stdout[..], stderr].concat()).into_owned()
    }

    fn code(&self) -> i32 {
        self.output.status.code().unwrap()
    }
}

/// Runs the steps of `action.yml` one after another, as GitHub's runner does: in the workspace, by
/// `bash --noprofile --norc -eo pipefail FILE`, with inputs where expressions name them.
fn run(imgcost: &Path, inputs: &[(&str, &str)]) -> Ran {
    let action = yaml("action.yml");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["bin", "work", "temp"] {
        fs::create_dir(at(name)).unwrap();
    }
    fs::write(at("work/Dockerfile"), DOCKERFILE).unwrap();
    std::os::unix::fs::symlink(imgcost, at("bin/imgcost")).unwrap();
    let path = format!("{}:{}", at("bin").display(), std::env::var("PATH").unwrap());
    let mut last = None;
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().unwrap();
        // An expression would be pasted into the script before the shell reads it.
        assert!(!script.contains("${{"), "{script}");
        fs::write(at("step.sh"), script).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(at("step.sh"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IMGCOST_")) {
            command.env_remove(name);
        }
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, filled(value.as_str().unwrap(), &action, inputs));
        }
        let output = command
            .current_dir(at("work"))
            .env("PATH", &path)
            .env("GITHUB_ACTION_PATH", root())
            .env("GITHUB_PATH", at("path"))
            .env("GITHUB_STEP_SUMMARY", at("summary.md"))
            .env("RUNNER_TEMP", at("temp"))
            .output()
            .unwrap();
        let failed = !output.status.success();
        last = Some(output);
        if failed {
            break;
        }
    }
    Ran { output: last.expect("the action has steps"), folder }
}

/// The value of `${{ inputs.NAME }}`, which is all that the action writes.
fn filled(expression: &str, action: &Value, inputs: &[(&str, &str)]) -> String {
    let name = expression.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
    let name = name.unwrap_or_else(|| panic!("{expression} is no input"));
    let default = action["inputs"][name]["default"].as_str();
    let given = inputs.iter().find(|(input, _)| *input == name).map(|(_, value)| *value);
    given.or(default).unwrap_or_else(|| panic!("{name} has no default")).to_owned()
}

/// A stand-in for imgcost that writes its arguments down, one a line, calls apart by `--- `, and ends
/// with a code of its own when it is asked for text.
fn recorder(folder: &Path) -> std::path::PathBuf {
    let script = "#!/usr/bin/env bash\n\
        { echo ---; printf '%s\\n' \"$@\"; } >> \"$RUNNER_TEMP/calls\"\n\
        case \" $* \" in\n\
        *' github '*) echo '::warning title=t::m' ;;\n\
        *' markdown '*) echo '## page' ;;\n\
        *' text '*) echo '::error::from a Dockerfile'; exit 3 ;;\n\
        esac\n";
    let path = folder.join("recorder");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn each_input_reaches_imgcost_as_one_word() {
    let tools = tempfile::tempdir().unwrap();
    let hostile = "; touch pwned #";
    let ran = run(
        &recorder(tools.path()),
        &[
            ("dockerfiles", "$(touch pwned)\n\n-rf; touch pwned\r\nmy file\n*\n"),
            ("fail-on", hostile),
            ("config", hostile),
            ("context", "$(touch pwned)"),
            ("target", "; touch pwned"),
            ("build-args", "A=$(touch pwned)\r\n\n--out-file=pwned\nB=c d"),
            ("build-log", "`touch pwned`"),
            ("strict", "true"),
            ("image", "`touch pwned`"),
            ("fleet", "$(touch pwned).toml"),
            ("service", "a b\" ; touch pwned"),
            ("compare-with", "--old; touch pwned"),
            ("compare-with-image", "x' ; touch pwned"),
            ("budget", "$(touch pwned)"),
            ("max-increase", "`touch pwned`"),
            ("max-increase-amount", "; touch pwned"),
            ("baseline", "--out-file=pwned"),
            ("sarif-file", "out $(touch pwned).sarif"),
        ],
    );
    assert!(!ran.folder.path().join("work/pwned").exists());
    let calls = ran.file("temp/calls");
    let calls: Vec<Vec<&str>> =
        calls.split("---\n").skip(1).map(|call| call.lines().collect()).collect();
    let sarif = [
        "dockerfile",
        "check",
        "--config=; touch pwned #",
        "--context=$(touch pwned)",
        "--target=; touch pwned",
        "--build-arg=A=$(touch pwned)",
        "--build-arg=--out-file=pwned",
        "--build-arg=B=c d",
        "--image=`touch pwned`",
        "--build-log=`touch pwned`",
        "--fleet=$(touch pwned).toml",
        "--service=a b\" ; touch pwned",
        "--strict",
        "--fail-on",
        "never",
        "--format",
        "sarif",
        "-o",
        "out $(touch pwned).sarif",
        "--",
        "$(touch pwned)",
        "-rf; touch pwned",
        "my file",
        "*",
    ];
    assert_eq!(calls[0], sarif);
    let compare = [
        "dockerfile",
        "compare",
        "--image-new=`touch pwned`",
        "--build-log-new=`touch pwned`",
        "--image-old=x' ; touch pwned",
        "--context=$(touch pwned)",
        "--target=; touch pwned",
        "--build-arg=A=$(touch pwned)",
        "--build-arg=--out-file=pwned",
        "--build-arg=B=c d",
        "--fleet=$(touch pwned).toml",
        "--service=a b\" ; touch pwned",
        "--strict",
        "--format",
        "markdown",
        "--",
        "--old; touch pwned",
        "$(touch pwned)",
    ];
    assert_eq!(calls[1], compare);
    let compare =
        ["compare", "--baseline=--out-file=pwned", "--strict", "--format", "markdown", "--"];
    assert_eq!(calls[3], [&compare[..], &["$(touch pwned).toml"]].concat());
    assert!(calls[5].contains(&"--fail-on=; touch pwned #"));
    let gates = [
        "check",
        "--budget=$(touch pwned)",
        "--max-increase=`touch pwned`",
        "--max-increase-amount=; touch pwned",
        "--baseline=--out-file=pwned",
        "--strict",
        "--format",
        "text",
        "--github-summary",
    ];
    assert_eq!(calls[6][..9], gates);
    assert!(calls[6][9].ends_with("/summary.md"), "{:?}", calls[6]);
    assert_eq!(calls[6][10..], ["--", "$(touch pwned).toml"]);
    assert_eq!(calls.len(), 7);
}

#[test]
fn inputs_that_were_not_given_are_no_flags() {
    let tools = tempfile::tempdir().unwrap();
    let ran = run(&recorder(tools.path()), &[]);
    let calls = ran.file("temp/calls");
    let last = calls.split("---\n").last().unwrap();
    let expected = "dockerfile\ncheck\n--fail-on=error\n--format\ntext\n--\nDockerfile\n";
    assert_eq!(last, expected);
    assert!(!calls.contains("compare") && !calls.contains("estimate"), "{calls}");
}

#[test]
fn a_failed_check_fails_the_job_after_its_reports() {
    let tools = tempfile::tempdir().unwrap();
    let ran = run(&recorder(tools.path()), &[]);
    assert_eq!(ran.code(), 3);
    // Findings, and what the file costs.
    assert_eq!(ran.file("summary.md"), "## page\n\n## page\n\n");
    assert!(ran.log().ends_with("::warning title=t::m\n"), "{}", ran.log());
}

/// What the check prints for people is between the two lines that stop and resume commands.
#[test]
fn lines_of_dockerfiles_are_no_commands() {
    let tools = tempfile::tempdir().unwrap();
    let log = run(&recorder(tools.path()), &[]).log();
    let (_, rest) = log.split_once("::stop-commands::").unwrap();
    let (token, rest) = rest.split_once('\n').unwrap();
    assert_eq!(token.len(), 32, "{token}");
    let (shown, annotations) = rest.split_once(&format!("::{token}::\n")).unwrap();
    assert!(shown.contains("::error::from a Dockerfile"), "{log}");
    assert_eq!(annotations, "::warning title=t::m\n");
}

#[test]
fn no_dockerfile_is_wrong_usage() {
    let tools = tempfile::tempdir().unwrap();
    let ran = run(&recorder(tools.path()), &[("dockerfiles", "\n")]);
    assert_eq!(ran.code(), 2);
    assert_eq!(ran.file("temp/calls"), "");
}

#[test]
fn inputs_that_say_nothing_alone_are_refused() {
    let tools = tempfile::tempdir().unwrap();
    let alone = [
        (&[("service", "web")][..], "service needs"),
        (&[("compare-with-image", "1GB")], "compare-with-image needs"),
        (&[("fleet", "f.toml"), ("max-increase", "5%")], "max-increase needs"),
        (&[("strict", "yes")], "strict is true or false"),
    ];
    for (inputs, told) in alone {
        let ran = run(&recorder(tools.path()), inputs);
        assert_eq!(ran.code(), 2, "{inputs:?}");
        let log = ran.log();
        assert!(log.contains("::error title=imgcost::the input") && log.contains(told), "{log}");
        assert_eq!(ran.file("temp/calls"), "", "{inputs:?}");
    }
}

/// The example's fleet in euros has no prices: reports say so, and are all there before the job fails.
#[test]
fn a_strict_job_has_its_reports_too() {
    let imgcost = Path::new(env!("CARGO_BIN_EXE_imgcost"));
    let folder = tempfile::tempdir().unwrap();
    let fleet = folder.path().join("fleet.toml");
    let text = fs::read_to_string(root().join("examples/gates/main.toml")).unwrap();
    fs::write(&fleet, text.replace("[fleet]\n", "[fleet]\ncurrency = \"EUR\"\n")).unwrap();
    let inputs = [("fleet", fleet.to_str().unwrap()), ("service", "web"), ("fail-on", "never")];
    assert_eq!(run(imgcost, &inputs).code(), 0);
    let strict = run(imgcost, &[&inputs[..], &[("strict", "true")]].concat());
    assert_eq!(strict.code(), 4, "{}", strict.log());
    let summary = strict.file("summary.md");
    for page in ["Dockerfile: ", "Dockerfile costs", "not priced"] {
        assert!(summary.contains(page), "{page} is not in {summary}");
    }
    assert!(strict.file("work/imgcost.sarif").contains("2.1.0"));
    assert!(strict.log().contains("::warning file=Dockerfile"), "{}", strict.log());
}

#[test]
fn what_cannot_be_read_is_told_where_people_look() {
    let imgcost = Path::new(env!("CARGO_BIN_EXE_imgcost"));
    let ran = run(imgcost, &[("dockerfiles", "Dockerfile\nmissing\nalso-missing")]);
    assert_eq!(ran.code(), 1);
    let log = ran.log();
    for name in ["missing", "also-missing"] {
        assert!(log.contains(&format!("cannot read {name}: ")), "{log}");
    }
    assert!(log.contains("::error title=imgcost::a file cannot be read"), "{log}");
    assert!(ran.file("summary.md").contains("the log says why"), "{}", ran.file("summary.md"));
}

#[test]
fn a_configuration_says_what_fails_unless_the_input_does() {
    let imgcost = Path::new(env!("CARGO_BIN_EXE_imgcost"));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("rules.toml");
    fs::write(&config, "fail-on = \"info\"\n").unwrap();
    let config = ("config", config.to_str().unwrap());
    assert_eq!(run(imgcost, &[config]).code(), 3);
    assert_eq!(run(imgcost, &[config, ("fail-on", "never")]).code(), 0);
}

/// The repository that is checked may pin a toolchain of its own, or bring a cargo configuration that runs
/// what it likes.
#[test]
fn imgcost_is_built_in_the_folder_of_the_action() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = folder.path().join("cargo");
    fs::write(
        &cargo,
        "#!/usr/bin/env bash\npwd > \"$RUNNER_TEMP/pwd\"\necho \"$@\" > \"$RUNNER_TEMP/args\"\n",
    )
    .unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let action = yaml("action.yml");
    let script = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let install = |path: String| {
        let mut command = Command::new("/bin/bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        command.current_dir(folder.path()).env("PATH", path).env("RUNNER_TEMP", folder.path());
        command.env("GITHUB_ACTION_PATH", root()).env("GITHUB_PATH", folder.path().join("path"));
        command.output().unwrap()
    };
    let output = install(format!("{}:/usr/bin:/bin", folder.path().display()));
    assert!(output.status.success(), "{output:?}");
    let left = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        Path::new(left("pwd").trim()).canonicalize().unwrap(),
        root().canonicalize().unwrap()
    );
    assert!(left("args").contains("--locked") && left("args").contains("crates/imgcost-cli"));
    assert!(left("path").trim().ends_with("/imgcost/bin"));
    fs::remove_file(&cargo).unwrap();
    let without = install("/nowhere".into());
    assert_eq!(without.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&without.stdout).contains("neither imgcost nor cargo"));
}

#[test]
fn the_action_gates_a_fleet_with_imgcost_itself() {
    let imgcost = Path::new(env!("CARGO_BIN_EXE_imgcost"));
    let fleet = root().join("examples/gates/pull-request.toml");
    let baseline = root().join("examples/gates/main.json");
    let (fleet, baseline) = (fleet.to_str().unwrap(), baseline.to_str().unwrap());
    let gated = |budget| {
        let inputs = [("fail-on", "never"), ("fleet", fleet), ("baseline", baseline)];
        run(imgcost, &[&inputs[..], &[("budget", budget)]].concat())
    };
    // The fleet stores 42 GiB at $0.10.
    let kept = gated("4.20");
    assert_eq!(kept.code(), 0, "{}", kept.log());
    let summary = kept.file("summary.md");
    assert!(summary.contains("more (+5 %) than in the baseline"), "{summary}");
    assert!(summary.contains("the gate is passed"), "{summary}");
    let broken = gated("4.19");
    assert_eq!(broken.code(), 3, "{}", broken.log());
    assert!(broken.file("summary.md").contains("BREACHED"), "{}", broken.file("summary.md"));
    assert!(broken.log().contains("above the $4.19 that are allowed"), "{}", broken.log());
    assert_eq!(run(imgcost, &[("fail-on", "never"), ("budget", "5")]).code(), 2, "without a fleet");
}

#[test]
fn the_action_checks_with_imgcost_itself() {
    let imgcost = Path::new(env!("CARGO_BIN_EXE_imgcost"));
    let ran = run(imgcost, &[]);
    assert_eq!(run(imgcost, &[("fail-on", "never")]).code(), 0, "{}", ran.log());
    assert_eq!(run(imgcost, &[("fail-on", "info")]).code(), 3, "{}", ran.log());
    let summary = ran.file("summary.md");
    assert!(summary.contains("copy-before-install"), "{summary}");
    assert!(summary.contains("Dockerfile costs $"), "{summary}");
    assert!(ran.log().contains("::warning file=Dockerfile,line=3,"), "{}", ran.log());
    let sarif: Value = serde_json::from_str(&ran.file("work/imgcost.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(crate::sarif::complaints(&sarif.to_string()), Vec::<String>::new());
}

#[test]
fn hostile_inputs_do_nothing_with_imgcost_itself() {
    let imgcost = Path::new(env!("CARGO_BIN_EXE_imgcost"));
    let evil = ["; touch pwned", "$(touch pwned)", "`touch pwned`", "--out-file=pwned"];
    for name in ["dockerfiles", "config", "image", "fleet", "service", "compare-with"] {
        for value in evil {
            let ran = run(imgcost, &[(name, value)]);
            assert!(!ran.folder.path().join("work/pwned").exists(), "{name}: {value}");
            assert_ne!(ran.code(), 0, "{name}: {value}: {}", ran.log());
        }
    }
}

#[test]
fn the_hook_checks_dockerfiles_by_a_command_that_exists() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hook = &hooks[0];
    assert_eq!(hook["id"], "imgcost-dockerfile-check");
    // pre-commit finds Dockerfiles by its own tag, whatever they are called.
    assert_eq!(hook["types"], serde_json::json!(["dockerfile"]));
    let entry = hook["entry"].as_str().unwrap();
    let mut words = entry.split(' ');
    assert_eq!(words.next(), Some("imgcost"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Dockerfile");
    fs::write(&file, DOCKERFILE).unwrap();
    // pre-commit puts the files behind the entry.
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgcost"));
    let output = command.args(words).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Every input is passed on, and every variable comes from an input.
#[test]
fn inputs_and_variables_are_the_same() {
    let action = yaml("action.yml");
    let inputs = action["inputs"].as_object().unwrap();
    let steps = action["runs"]["steps"].as_array().unwrap().iter();
    let variables: BTreeMap<&String, &Value> =
        steps.filter_map(|step| step["env"].as_object()).flatten().collect();
    assert_eq!(inputs.len(), variables.len());
    let document = fs::read_to_string(root().join("docs/github-action.md")).unwrap();
    for input in inputs.keys() {
        let name = format!("INPUT_{}", input.to_uppercase().replace('-', "_"));
        assert_eq!(*variables[&name], format!("${{{{ inputs.{input} }}}}"));
        assert!(document.contains(&format!("`{input}`")), "{input} is not in the document");
    }
}
