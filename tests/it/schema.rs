//! JSON Schemas: published as printed, true of every file and of every run, and of nothing broken.

mod inputs;
mod outputs;

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;

use crate::command::{root, stdout};

/// The schema that `imgcost schema NAME` prints.
fn schema(name: &str) -> Value {
    serde_json::from_str(&stdout(&["schema", name])).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// What the schema has against a document, a line each.
fn complaints(validator: &Validator, document: &Value) -> Vec<String> {
    let errors = validator.iter_errors(document);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn names() -> Vec<String> {
    let list = stdout(&["schema"]);
    list.lines().filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
}

/// `INSTA_UPDATE=always` writes them anew, as it does with snapshots.
#[test]
fn published_schemas_are_current() {
    let folder = root().join("docs/schema");
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let mut published: BTreeSet<String> = BTreeSet::new();
    for name in names() {
        let (printed, file) = (stdout(&["schema", &name]), format!("{name}.schema.json"));
        let path = folder.join(&file);
        if update {
            std::fs::write(&path, &printed).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == printed, "docs/schema/{file} is not what `imgcost schema {name}` prints");
        published.insert(file);
    }
    let there: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    assert_eq!(there, published);
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for file in published {
        assert!(readme.contains(&file), "docs/schema/README.md does not name {file}");
    }
}

#[test]
fn schemas_are_schemas_and_say_where_they_are_published() {
    for name in names() {
        let schema = schema(&name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        let end = format!("/docs/schema/{name}.schema.json");
        assert!(schema["$id"].as_str().unwrap().ends_with(&end), "{name}: {}", schema["$id"]);
    }
    // The comment that editors go by.
    let fleet = stdout(&["init"]);
    let address = fleet.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
    assert_eq!(schema("fleet")["$id"], address);
}

#[test]
fn an_unknown_schema_is_told_what_there_is() {
    let run = crate::command::imgcost(&["schema", "fleets"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(told.contains("fleet") && told.contains("dockerfile-cache"), "{told}");
}
