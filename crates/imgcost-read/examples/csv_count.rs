//! tmp
use std::convert::Infallible;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let fleet = imgcost_read::read_fleet("fleet.toml", "services='x'\n[registry.main]\nprovider='aws-ecr'\nregion='us-east-1'\n[registry.eu]\nprovider='aws-ecr'\nregion='eu-west-1'\n[cluster.prod]\nnodes=500\npath='nat'\n[cluster.stage]\nnodes=50\n", day).unwrap();
    let context = imgcost_read::ServiceContext { fleet: &fleet.fleet, defaults: &fleet.defaults };
    let mut names = imgcost_read::Names::of(&[]);
    let s = imgcost_read::read_services("f", std::fs::File::open(path).unwrap(), &context, &mut names, |_| Ok::<_, Infallible>(()));
    println!("{:?}", s.unwrap().rows);
}
