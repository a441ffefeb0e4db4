// One whole fit of the crate hdbscan-rs: file of 64-bit floats, n, d, minClusterSize, minSamples, file for the labels.
// Prints wall and CPU seconds of the fit and the peak memory of the process in MB as JSON.
use hdbscan_rs::{Hdbscan, HdbscanParams};
use ndarray::Array2;
use std::{env, fs, time::Instant};

fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes into the struct that it is given and keeps no reference.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) }, 0);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let number = |i: usize| arguments[i].parse::<usize>().unwrap();
    let (n, d) = (number(2), number(3));
    let bytes = fs::read(&arguments[1]).unwrap();
    let values = bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    let points = Array2::from_shape_vec((n, d), values).unwrap();
    drop(bytes);
    // It counts the point itself, as scikit-learn does.
    let params = HdbscanParams {
        min_cluster_size: number(4),
        min_samples: Some(number(5) + 1),
        ..Default::default()
    };
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let mut model = Hdbscan::new(params);
    let labels = model.fit_predict(&points.view()).unwrap();
    let probabilities = model.probabilities().unwrap();
    assert_eq!(probabilities.len(), n);
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let bytes: Vec<u8> = labels.iter().flat_map(|label| (*label as i32).to_le_bytes()).collect();
    fs::write(&arguments[6], bytes).unwrap();
    println!("{{\"wall\":{wall},\"cpu\":{cpu},\"memory\":{}}}", peak_megabytes());
}
