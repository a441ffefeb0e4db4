// Short names for reads and writes at an address plus an index.
export function getF(base: usize, i: i32): f64 {
  return load<f64>(base + ((<usize>i) << 3));
}

export function setF(base: usize, i: i32, value: f64): void {
  store<f64>(base + ((<usize>i) << 3), value);
}

export function getI(base: usize, i: i32): i32 {
  return load<i32>(base + ((<usize>i) << 2));
}

export function setI(base: usize, i: i32, value: i32): void {
  store<i32>(base + ((<usize>i) << 2), value);
}
