"""One whole fit of a Python package: name, file of 64-bit floats, n, d, min_cluster_size, min_samples, threads, file for
the labels. Prints wall and CPU seconds of the fit and the peak memory of the process in MB as JSON. Imports and, where
there is one, compilation are done before."""
import json, os, resource, sys, time, warnings

name, path, n, d, size, samples, threads, out = sys.argv[1:]
n, d, size, samples, threads = int(n), int(d), int(size), int(samples), int(threads)
for variable in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMBA_NUM_THREADS'):
    os.environ[variable] = str(threads)
warnings.filterwarnings('ignore')
import numpy as np

points = np.fromfile(path, dtype=np.float64).reshape(n, d)

if name == 'hdbscan':
    import hdbscan
    model = lambda: hdbscan.HDBSCAN(min_cluster_size=size, min_samples=samples, core_dist_n_jobs=threads)
elif name == 'fast_hdbscan':
    import fast_hdbscan
    model = lambda: fast_hdbscan.HDBSCAN(min_cluster_size=size, min_samples=samples)
else:
    from sklearn.cluster import HDBSCAN
    # It counts the point itself.
    model = lambda: HDBSCAN(min_cluster_size=size, min_samples=samples + 1, n_jobs=threads, copy=False)

model().fit(points[: min(n, 2000)].copy())


def usage():
    """CPU seconds of this process, of processes that it ended and of workers that still wait for work."""
    total = 0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    for entry in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{entry}/stat') as file:
                fields = file.read().rpartition(')')[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            total += (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
    return total


wall, cpu = time.perf_counter(), usage()
fitted = model().fit(points)
wall, cpu = time.perf_counter() - wall, usage() - cpu
fitted.labels_.astype(np.int32).tofile(out)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({'wall': wall, 'cpu': cpu, 'memory': memory}))
