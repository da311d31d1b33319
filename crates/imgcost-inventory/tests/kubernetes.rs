//! `kubectl` output to fleet files. Expected values are worked out by hand beside them.

use std::io::Cursor;

use chrono::{NaiveDate, TimeDelta};
use imgcost_inventory::{
    ImageFound, Input, Inventory, InventoryError, Rate, ServiceFound, fleet_toml, kubernetes,
};
use imgcost_read::read_fleet;

const EKS: &str = include_str!("kubernetes/eks.json");
const MINIKUBE: &str = include_str!("kubernetes/minikube.json");
const CRIO: &str = include_str!("kubernetes/crio-arrays.json");
const ROLLBACK: &str = include_str!("kubernetes/rollback.json");
const EVENTS: &str = include_str!("kubernetes/events.jsonl");

fn try_read(texts: &[&str]) -> Result<Inventory, InventoryError> {
    let input = |(index, text): (usize, &&str)| Input {
        name: format!("{index}.json"),
        reader: Box::new(Cursor::new((*text).to_owned())),
    };
    kubernetes(texts.iter().enumerate().map(input).collect())
}

/// Reads the inventory, and its fleet file if it has services of a known size.
fn read(texts: &[&str]) -> Inventory {
    let inventory = try_read(texts).unwrap();
    let text = fleet_toml(&inventory);
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let known = inventory.services.iter().filter(|found| !unknown(found)).count();
    match read_fleet("fleet.toml", &text, today) {
        Ok(file) => assert_eq!(file.services.len(), known, "{text}"),
        Err(problems) => {
            let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
            assert_eq!((codes, known), (vec!["no-services"], 0), "{text}");
        }
    }
    inventory
}

fn unknown(service: &ServiceFound) -> bool {
    matches!(service.image, ImageFound::Unknown(_))
}

fn service<'i>(inventory: &'i Inventory, name: &str) -> &'i ServiceFound {
    let names: Vec<_> = inventory.services.iter().map(|service| &service.name).collect();
    inventory
        .services
        .iter()
        .find(|found| found.name == name)
        .unwrap_or_else(|| panic!("{names:?}"))
}

fn hosts(service: &ServiceFound) -> (Option<u64>, &str) {
    let hosts = service.hosts.as_ref();
    (hosts.map(|hosts| hosts.value), hosts.map_or("", |hosts| &hosts.from))
}

fn rate(service: &ServiceFound) -> Option<String> {
    service.deploys.as_ref().map(|rate| rate.value.per_month().to_string())
}

/// Compressed and unpacked bytes.
fn sizes(service: &ServiceFound) -> (Option<u64>, Option<u64>) {
    match &service.image {
        ImageFound::Compressed(size) => (Some(size.value), None),
        ImageFound::Unpacked(size) => (None, Some(size.value)),
        ImageFound::Both { compressed, unpacked } => (Some(compressed.value), Some(unpacked.value)),
        ImageFound::Layers { .. } | ImageFound::Unknown(_) => (None, None),
    }
}

fn noted(notes: &[String], part: &str) -> bool {
    notes.iter().any(|note| note.contains(part))
}

#[test]
fn a_pod_with_two_containers_is_two_services() {
    let inventory = read(&[EKS]);
    let names: Vec<_> = inventory.services.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["shop/checkout/app", "shop/checkout/proxy"]);
    let app = service(&inventory, "shop/checkout/app");
    let labels: Vec<_> = app.labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(
        labels,
        [
            ("namespace", "shop"),
            ("kind", "Deployment"),
            ("app", "checkout"),
            ("environment", "production"),
            ("part-of", "webshop"),
            ("team", "payments"),
        ]
    );
    assert_eq!(app.registry.as_deref(), Some("ecr-us-east-1"));
    assert_eq!(
        service(&inventory, "shop/checkout/proxy").registry.as_deref(),
        Some("docker-official")
    );
}

#[test]
fn hosts_are_nodes_with_pods_that_are_not_finished() {
    // Two pods on ...11, one on ...22; the one on ...33 has failed.
    let inventory = read(&[EKS]);
    let app = service(&inventory, "shop/checkout/app");
    assert_eq!(hosts(app), (Some(2), "3 pods on 2 nodes"));
}

#[test]
fn containerd_tells_compressed_bytes_and_docker_unpacked_ones() {
    // One nginx, as two runtimes tell its size.
    let containerd = read(&[EKS]);
    let docker = read(&[MINIKUBE]);
    assert_eq!(sizes(service(&containerd, "shop/checkout/proxy")), (Some(68_507_108), None));
    assert_eq!(sizes(service(&docker, "default/web")), (None, Some(192_385_289)));
}

#[test]
fn the_size_is_that_on_the_nodes_that_run_it() {
    // The arm64 node lists 398 MB under the same digest, but runs none of it.
    let inventory = read(&[EKS]);
    let app = service(&inventory, "shop/checkout/app");
    assert_eq!(sizes(app), (Some(412_000_000), None));
    assert!(!noted(&app.notes, "sizes of the image"));
}

#[test]
fn where_nodes_disagree_the_usual_size_counts_and_is_noted() {
    let text = EKS.replace(r#""phase": "Failed""#, r#""phase": "Running""#);
    let inventory = read(&[&text]);
    let app = service(&inventory, "shop/checkout/app");
    // 412 MB on two nodes, 398 MB on one.
    assert_eq!(sizes(app), (Some(412_000_000), None));
    assert!(noted(&app.notes, "2 sizes of the image (nodes are amd64 and arm64)"));
    assert_eq!(hosts(app).0, Some(3));
}

#[test]
fn rollouts_are_counted_by_revisions_and_only_those_that_change_the_image() {
    let inventory = read(&[EKS]);
    // Revisions 36 to 42 since 8 November: 6 in 12 days, though five objects are left. Of 39-40,
    // 40-41 and 41-42 the first and the last change the image: 6 x 2/3 x 730 / (12 x 24).
    let app = service(&inventory, "shop/checkout/app");
    assert_eq!(rate(app).as_deref(), Some("10.138889"));
    assert_eq!(app.deploys.as_ref().unwrap().value, Rate { events: 12, over: TimeDelta::days(36) });
    assert_eq!(rate(service(&inventory, "shop/checkout/proxy")).as_deref(), Some("0"));
}

#[test]
fn a_rollback_reuses_an_object_and_counts_as_a_rollout() {
    // Revisions 1 (web:1), 2 and 3 (web:2), 4 (web:1 again, the object of revision 1): 3 rollouts
    // in 30 days, 2 of which change the image: 2 x 730 / (30 x 24).
    let inventory = read(&[ROLLBACK]);
    let web = service(&inventory, "default/web");
    assert_eq!(rate(web).as_deref(), Some("2.027778"));
    assert_eq!(web.replicas.as_ref().map(|replicas| replicas.value), Some(2));
    assert_eq!(hosts(web).0, None);
    assert!(unknown(web));
    let text = fleet_toml(&inventory);
    assert!(text.contains("\n# replicas = 2    # "), "{text}");
}

#[test]
fn few_revisions_kept_say_less_than_the_whole_life() {
    // Only revisions 41 and 42 are kept. Since 24 January, 300 days before, there were 41 rollouts.
    let gone = ["\"36\"", "\"39\"", "\"40\""];
    let text = gone.iter().fold(EKS.to_owned(), |text, number| text.replace(number, "\"41\""));
    let inventory = read(&[&text]);
    let deploys = service(&inventory, "shop/checkout/app").deploys.clone().unwrap();
    // The one from 41 to 42 brings v42 after v41: all of them are taken to change the image.
    assert_eq!(deploys.value, Rate { events: 41, over: TimeDelta::days(300) });
    assert!(deploys.from.starts_with("41 rollouts in 300 days since its creation"));
}

#[test]
fn a_tag_that_moves_does_not_tell_which_rollouts_change_the_image() {
    let text = ROLLBACK.replace("web:1", "web").replace("web:2", "web");
    let inventory = read(&[&text]);
    // All 3 rollouts in 30 days: 3 x 730 / (30 x 24).
    assert_eq!(rate(service(&inventory, "default/web")).as_deref(), Some("3.041667"));
}

#[test]
fn less_than_a_day_tells_no_rate() {
    let text =
        ROLLBACK.replace("2026-10-21", "2026-11-19").replace("2026-11-20T00", "2026-11-19T20");
    let text = text.replace("2026-11-01", "2026-11-19").replace("2026-11-02", "2026-11-19");
    assert_eq!(rate(service(&read(&[&text]), "default/web")), None);
}

#[test]
fn controller_revisions_tell_of_statefulsets() {
    let set = r#"{"kind":"StatefulSet","metadata":{"name":"db","namespace":"a","creationTimestamp":"2026-10-21T00:00:00Z"},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"db","image":"ghcr.io/a/db:2"}]}}}}"#;
    let revision = |number: u32, day: &str, tag: u32| {
        format!(
            r#"{{"kind":"ControllerRevision","metadata":{{"name":"db-{number}","namespace":"a","creationTimestamp":"{day}T00:00:00Z","ownerReferences":[{{"kind":"StatefulSet","name":"db","controller":true}}]}},"revision":{number},"data":{{"spec":{{"template":{{"$patch":"replace","spec":{{"containers":[{{"name":"db","image":"ghcr.io/a/db:{tag}"}}]}}}}}}}}}}"#
        )
    };
    let old = revision(1, "2026-10-21", 1);
    let new = revision(2, "2026-11-20", 2);
    // One rollout in 30 days, and it changes the image: 730 / (30 x 24).
    let inventory = read(&[set, &old, &new]);
    assert_eq!(rate(service(&inventory, "a/db")).as_deref(), Some("1.013889"));
    let without = read(&[set]);
    assert_eq!(rate(service(&without, "a/db")), None);
    assert!(noted(&without.notes, "controllerrevisions"));
}

#[test]
fn the_cluster_is_described_by_its_nodes() {
    let inventory = read(&[EKS]);
    let [cluster] = inventory.clusters.as_slice() else { panic!("one cluster") };
    assert_eq!(cluster.nodes.value, 3);
    assert_eq!(cluster.provider.as_ref().unwrap().value, "eks");
    assert_eq!(cluster.region.as_ref().unwrap().value, "us-east-1");
    // Ages on 20 November at noon: 240, 48 and 12 hours; 300 / 3.
    assert_eq!(cluster.node_lifetime_hours.as_ref().unwrap().value, 100);
    assert!(cluster.keeps_compressed.is_none());
    assert!(noted(&cluster.notes, "2 m6i.large, 1 m6g.large"));
    assert!(noted(&cluster.notes, "2 amd64, 1 arm64"));
}

#[test]
fn equally_old_nodes_tell_nothing_of_how_long_they_live() {
    let inventory = read(&[EVENTS]);
    // Created at 8:00 and 8:30.
    assert_eq!(inventory.clusters[0].node_lifetime_hours, None);
    assert!(noted(&inventory.clusters[0].notes, "28 hours"));
}

#[test]
fn nodes_of_the_control_plane_and_pods_on_them_do_not_count() {
    let inventory = read(&[CRIO]);
    assert_eq!(inventory.clusters[0].nodes.value, 1);
    assert!(noted(&inventory.clusters[0].notes, "control plane"));
    let agent = service(&inventory, "monitoring/agent");
    assert_eq!(hosts(agent), (Some(1), "1 pod on 1 node"));
    // A node that keeps pods off, but runs one of a workload all the same, counts.
    let text = CRIO.replace("DaemonSet", "Deployment");
    assert_eq!(read(&[&text]).clusters[0].nodes.value, 2);
}

#[test]
fn items_without_kinds_are_known_by_their_shape() {
    let inventory = read(&[CRIO]);
    let agent = service(&inventory, "monitoring/agent");
    assert_eq!(agent.labels[1].1, "DaemonSet");
    assert_eq!(sizes(agent), (None, Some(191_000_000)));
    assert_eq!(
        inventory.clusters[0].keeps_compressed.as_ref().map(|keeps| keeps.value),
        Some(false)
    );
    assert_eq!(inventory.clusters[0].provider.as_ref().unwrap().value, "aws");
}

#[test]
fn one_image_in_two_containers_is_one_service() {
    assert_eq!(read(&[CRIO]).services.len(), 1);
}

#[test]
fn pods_of_nodes_and_of_jobs_are_left_out_and_noted() {
    let inventory = read(&[MINIKUBE]);
    assert_eq!(inventory.services.len(), 1);
    assert!(noted(&inventory.notes, "1 pod of jobs"));
    assert!(noted(&inventory.notes, "1 pod that nodes run by themselves"));
}

#[test]
fn sizes_in_events_count_by_the_runtime_of_their_node() {
    let inventory = read(&[EVENTS]);
    let web = service(&inventory, "default/web");
    assert_eq!(sizes(web), (Some(68_507_108), Some(192_385_289)));
    // An older kubelet does not tell the size.
    assert!(unknown(service(&inventory, "default/plain")));
    // 1 + 1 + 1 pulls, 7 starts without.
    assert!(noted(&inventory.notes, "3 pulls and of 7 starts"));
    assert!(noted(&inventory.notes, "from 2026-11-20 11:00 to 2026-11-20 11:50"));
}

#[test]
fn images_from_archives_may_be_unpacked_on_containerd() {
    let inventory = read(&[EVENTS]);
    let side = service(&inventory, "default/side");
    assert_eq!(sizes(side), (Some(606_430_157), None));
    assert!(noted(&side.notes, "archive"));
}

#[test]
fn a_node_that_lists_fifty_images_may_have_more() {
    let images: Vec<_> =
        (0..50).map(|n| format!(r#"{{"names":["a/b:{n}"],"sizeBytes":1}}"#)).collect();
    let node = format!(
        r#"{{"kind":"Node","metadata":{{"name":"n"}},"status":{{"images":[{}],"nodeInfo":{{"containerRuntimeVersion":"containerd://1.7.0"}}}}}}"#,
        images.join(",")
    );
    let pod = r#"{"kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"small"}]}}"#;
    let inventory = read(&[&node, pod]);
    let ImageFound::Unknown(why) = &inventory.services[0].image else { panic!("known") };
    assert!(why.contains("exactly that many on 1 node)"), "{why}");
}

#[test]
fn the_order_of_files_and_their_forms_make_no_difference() {
    let list: serde_json::Value = serde_json::from_str(EKS).unwrap();
    let items = list["items"].as_array().unwrap();
    let one_by_one: Vec<_> = items.iter().rev().map(ToString::to_string).collect();
    let expected = read(&[EKS]);
    let lines = one_by_one.join("\n");
    let array = format!("\u{feff}[{}]", one_by_one.join(","));
    let files: Vec<_> = one_by_one.iter().map(String::as_str).collect();
    for texts in [&[lines.as_str()][..], &[&array], &files, &[EKS, EKS]] {
        let found = read(texts);
        assert_eq!(found.services, expected.services);
        assert_eq!(found.clusters, expected.clusters);
        assert_eq!(found.registries, expected.registries);
    }
}

#[test]
fn pods_alone_tell_deployments_by_their_hash() {
    let list: serde_json::Value = serde_json::from_str(EKS).unwrap();
    let pods: Vec<_> =
        list["items"].as_array().unwrap().iter().filter(|i| i["kind"] == "Pod").collect();
    let mut bare = pods.iter().map(|pod| (*pod).clone()).collect::<Vec<_>>();
    bare.iter_mut().for_each(|pod| drop(pod.as_object_mut().unwrap().remove("kind")));
    let text = serde_json::json!({"kind": "PodList", "items": bare}).to_string();
    let inventory = read(&[&text]);
    let app = service(&inventory, "shop/checkout/app");
    assert_eq!(app.labels[1], ("kind".to_owned(), "Deployment".to_owned()));
    assert_eq!(hosts(app).0, Some(2));
    assert!(unknown(app));
    // Only two nodes have pods that are not finished.
    assert_eq!(inventory.clusters[0].nodes.value, 2);
}

#[test]
fn each_region_is_a_cluster_and_a_workload_in_two_is_two_services() {
    let text = EKS.replace(
        r#""topology.kubernetes.io/region": "us-east-1", "node.kubernetes.io/instance-type": "m6i.large" }"#,
        r#""topology.kubernetes.io/region": "us-west-2" }"#,
    );
    // Node ...22, with one of the three pods, is in us-west-2 now.
    let inventory = read(&[&text]);
    let names: Vec<_> = inventory.clusters.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["us-east-1", "us-west-2"]);
    let west = service(&inventory, "shop/checkout/app@us-west-2");
    assert_eq!(west.cluster.as_deref(), Some("us-west-2"));
    assert_eq!(hosts(west).0, Some(1));
    assert_eq!(
        hosts(service(&inventory, "shop/checkout/app@us-east-1")),
        (Some(1), "2 pods on 1 node")
    );
}

#[test]
fn workloads_of_one_name_are_told_apart_by_kind() {
    let of = |kind: &str| {
        format!(
            r#"{{"kind":"{kind}","metadata":{{"name":"a","namespace":"n"}},"spec":{{"template":{{"spec":{{"containers":[{{"name":"c","image":"{kind}"}}]}}}}}}}}"#
        )
    };
    let inventory = read(&[&of("Deployment"), &of("StatefulSet")]);
    let names: Vec<_> = inventory.services.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["n/a (Deployment)", "n/a (StatefulSet)"]);
}

/// Two deployments run one image on the same two nodes, a third one is on a third node.
#[test]
fn workloads_that_run_one_image_are_one_service_on_the_nodes_of_all() {
    let node = |n: u32| {
        format!(
            r#"{{"kind":"Node","metadata":{{"name":"n{n}"}},"status":{{"nodeInfo":{{"containerRuntimeVersion":"containerd://1.7.27"}},"images":[{{"names":["shop/web:v1"],"sizeBytes":5000000}}]}}}}"#
        )
    };
    let pod = |name: &str, team: &str, n: u32| {
        format!(
            r#"{{"kind":"Pod","metadata":{{"name":"{name}-{n}","namespace":"shop","labels":{{"team":"{team}"}},"ownerReferences":[{{"kind":"DaemonSet","name":"{name}","controller":true}}]}},"spec":{{"nodeName":"n{n}","containers":[{{"name":"c","image":"shop/web:v1"}}]}},"status":{{"phase":"Running","containerStatuses":[{{"name":"c","image":"shop/web:v1","imageID":""}}]}}}}"#
        )
    };
    let pods = [
        pod("web", "a", 1),
        pod("web", "a", 2),
        pod("worker", "a", 1),
        pod("worker", "a", 2),
        pod("cron", "b", 3),
    ];
    let text = [vec![node(1), node(2), node(3)], pods.to_vec()].concat().join("\n");
    let inventory = read(&[&text]);
    let [one] = inventory.services.as_slice() else { panic!("{:?}", inventory.services) };
    assert_eq!(
        (one.name.as_str(), hosts(one)),
        ("shop/web:v1", (Some(3), "3 nodes of 3 workloads"))
    );
    // The namespace is that of all; the teams differ.
    assert!(one.labels.contains(&("namespace".into(), "shop".into())), "{:?}", one.labels);
    assert!(!one.labels.iter().any(|(name, _)| name == "team"), "{:?}", one.labels);
    assert!(noted(&one.notes, "shop/cron, shop/web, shop/worker"), "{:?}", one.notes);
}

/// One deployment waits for a node, the other one asks for three copies: it must not count as none.
#[test]
fn a_workload_that_runs_nowhere_does_not_hide_another_of_its_image() {
    let deployment = |name: &str| {
        format!(
            r#"{{"kind":"Deployment","metadata":{{"name":"{name}","namespace":"shop"}},"spec":{{"replicas":3,"template":{{"spec":{{"containers":[{{"name":"c","image":"shop/web:v1"}}]}}}}}}}}"#
        )
    };
    let waiting = r#"{"kind":"Pod","metadata":{"name":"late-0","namespace":"shop","ownerReferences":[{"kind":"StatefulSet","name":"late","controller":true}]},"spec":{"containers":[{"name":"c","image":"shop/web:v1"}]},"status":{"phase":"Pending"}}"#;
    let inventory = read(&[&deployment("web"), waiting]);
    let [one] = inventory.services.as_slice() else { panic!("{:?}", inventory.services) };
    assert!(one.hosts.is_none(), "{:?}", one.hosts);
    assert_eq!(one.replicas.as_ref().map(|copies| copies.value), Some(3));
}

#[test]
fn several_clusters_in_one_input_are_noted() {
    let other = EKS.replace(r#""uid": ""#, r#""uid": "other-"#);
    assert!(noted(&read(&[EKS, &other]).notes, "several clusters"));
    assert!(!noted(&read(&[EKS, EKS]).notes, "several clusters"));
}

#[test]
fn kinds_that_say_nothing_are_skipped_whatever_their_fields_are() {
    let others = r#"{"kind":"List","items":[{"kind":"Service","metadata":{"name":"s"},"spec":{"containers":7,"template":[1]},"status":"up"}]}"#;
    let inventory = read(&[&format!("{others}{MINIKUBE}")]);
    assert_eq!(inventory.services.len(), 1);
}

#[test]
fn what_cannot_be_used_is_refused_with_its_place_and_what_to_do() {
    let node = MINIKUBE.lines().next().unwrap();
    let deep = "[".repeat(1000);
    let cases = [
        ("", "empty", None),
        (" \n ", "empty", None),
        ("\napiVersion: v1\nkind: List\n", "YAML", Some((2, 1))),
        ("NAME   READY   STATUS\n", "table", Some((1, 1))),
        ("hello", "not JSON", Some((1, 1))),
        ("{\"kind\":\"List\",\n\"items\":[", "EOF while parsing", Some((2, 9))),
        // The place is the end of what is wrong.
        ("{\"kind\":\"List\",\n\"items\":[7]}", "expected a Kubernetes object", Some((2, 11))),
        ("{\"hello\":\"world\"}", "no objects in it", None),
        (node, "no workload that runs an image is in it, only 1 node", None),
        ("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\\nb\"}}", "is no name", Some((1, 41))),
        // serde_json goes 127 deep.
        (deep.as_str(), "recursion limit", Some((1, 128))),
    ];
    for (text, problem, place) in cases {
        let error = try_read(&[text]).unwrap_err();
        assert!(error.problem.contains(problem), "{text:.60}: {error}");
        assert_eq!(error.place, place, "{text:.60}: {error}");
        assert_eq!(error.file, "0.json");
        assert!(error.help.is_some(), "{text:.60}");
    }
}

#[test]
fn hostile_texts_stay_what_they_are_in_the_fleet_file() {
    let text = r#"{"kind":"Pod","metadata":{"name":"p","labels":{"team":"a\"\n[[service]]"}},"spec":{"nodeName":"n","containers":[{"name":"c","image":"evil\n[registry.x]/a"}]}}
{"kind":"Pod","metadata":{"name":"q","labels":{"team":"a\"\n[[service]]"}},"spec":{"nodeName":"n","containers":[{"name":"c","image":"ok"}]}}
{"kind":"Node","metadata":{"name":"n","labels":{"topology.kubernetes.io/region":"x\ny = 1"}},"spec":{"providerID":"other://"},"status":{"images":[{"names":["ok"],"sizeBytes":5},{"names":["evil"],"sizeBytes":18446744073709551615}],"nodeInfo":{"containerRuntimeVersion":"docker://x\ny = 1"}}}"#;
    let file = fleet_toml(&read(&[text]));
    assert!(
        file.lines().all(|line| !line.starts_with("y = 1") && line != "[registry.x]"),
        "{file}"
    );
    assert_eq!(file.lines().filter(|line| *line == "[[service]]").count(), 1, "{file}");
}

#[test]
fn a_registry_in_several_regions_is_taken_to_be_where_the_nodes_are() {
    let read_with = |region: &str| {
        let node = format!(
            r#"{{"kind":"Node","metadata":{{"name":"n","labels":{{"topology.kubernetes.io/region":"{region}"}}}},"spec":{{"providerID":"gce://p/z/n"}},"status":{{"images":[{{"names":["gcr.io/p/a:1"],"sizeBytes":5}}],"nodeInfo":{{"containerRuntimeVersion":"containerd://1.7.0","kubeletVersion":"v1.31.1-gke.1"}}}}}}"#
        );
        let pod = r#"{"kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"gcr.io/p/a:1"}]}}"#;
        let inventory = read(&[&node, pod]);
        assert_eq!(inventory.clusters[0].provider.as_ref().unwrap().value, "gke");
        inventory.registries[0].region.clone().unwrap()
    };
    assert_eq!(read_with("us-east1").value, "us-east1");
    assert_eq!(read_with("europe-west4").value, "us-central1");
    assert!(read_with("europe-west4").from.starts_with("assumed"));
}

#[test]
fn names_without_end_and_bottomless_nesting_are_given_up() {
    let problem = |text: &str| try_read(&[text]).unwrap_err().problem;
    let long = format!("{{\"{}", "a".repeat(9 << 20));
    assert!(problem(&long).contains("longer than 8388608 bytes"), "{}", problem(&long));
    let deep = "{\"a\":".repeat(10_001);
    assert!(problem(&deep).contains("nested deeper than 10000 levels"), "{}", problem(&deep));
}
