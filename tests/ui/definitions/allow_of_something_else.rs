use asl_runtime::asl;

asl!("bad_path.asl.json", allow(everything));

fn main() {}
