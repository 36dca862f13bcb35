use asl_runtime::asl;

asl!("jsonata_picture_of_time.asl.json");

fn main() {}
