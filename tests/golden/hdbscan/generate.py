"""Golden sets of HDBSCAN* from Python's hdbscan 0.8.44 (numpy 2.2.6, scipy 1.17.1, scikit-learn 1.9.1).

  python generate.py options            writes the sets whose configurations try the options
  python generate.py membership-new     adds to the sets with new points the rows whose membership vectors are ambiguous

Rows are ambiguous where their value is not the same in 16 refits, over row orders and exact algorithms.
"""
import glob, gzip, json, os, sys, warnings

import hdbscan
import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

warnings.filterwarnings('ignore')
folder = os.path.dirname(os.path.abspath(__file__))


def fit(points, params, algorithm='best', predicts=True):
    """The package's Borůvka ignores alpha; its prims_kdtree does not."""
    if algorithm in ('best', 'boruvka_kdtree') and params.get('alpha', 1.0) != 1.0:
        algorithm = 'prims_kdtree'
    model = hdbscan.HDBSCAN(algorithm=algorithm, approx_min_span_tree=False, gen_min_span_tree=True,
                            core_dist_n_jobs=1, **params).fit(points)
    if predicts:
        model.generate_prediction_data()
    return model


def refits(points, params, predicts):
    random = np.random.RandomState(7)
    for run in range(12):
        order = random.permutation(len(points))
        for algorithm in ('prims_kdtree', 'boruvka_kdtree', 'generic') if run < 2 else ('prims_kdtree',):
            yield fit(points[order], params, algorithm, predicts), np.argsort(order)


def renumbering(reference, labels):
    """For each of `labels` the label of the reference that shares most rows with it, one to one."""
    ours, theirs = int(labels.max()) + 1, int(reference.max()) + 1
    shared = np.array([[np.sum((reference == a) & (labels == b)) for b in range(ours)] for a in range(theirs)])
    rows, columns = linear_sum_assignment(-shared) if shared.size else ([], [])
    numbers = dict(zip(map(int, columns), map(int, rows)))
    for label in range(ours):
        numbers.setdefault(label, 1000 + label)
    return numbers


def renumbered(labels, numbers):
    return np.array([numbers[int(label)] if label >= 0 else -1 for label in labels])


def by_reference(vectors, numbers, clusters):
    """Columns in the reference's order; rubbish where the refit found other clusters."""
    if sorted(numbers.values()) != list(range(clusters)) or vectors.ndim != 2:
        return np.full((len(vectors), clusters), 9.0)
    result = np.empty_like(vectors)
    for ours, theirs in numbers.items():
        result[:, theirs] = vectors[:, ours]
    return result


def differing(values, reference, tolerance=1e-6):
    close = np.isclose(values, reference, rtol=tolerance, atol=tolerance, equal_nan=True)
    return set(np.flatnonzero(~close.reshape(len(reference), -1).all(1)).tolist())


def numbers_of(values):
    return [float(f'{value:.9g}') if np.isfinite(value) else None for value in np.ravel(values)]


def rows_of(vectors):
    return [numbers_of(row) for row in vectors]


def golden(points, new_points, params):
    reference = fit(points, params)
    clusters = int(reference.labels_.max()) + 1
    result = {
        'params': {key: value for key, value in params.items() if key not in ('min_cluster_size', 'min_samples')},
        'n_clusters': clusters,
        'labels': reference.labels_.tolist(),
        'probabilities': numbers_of(reference.probabilities_),
        'outlier_scores': numbers_of(reference.outlier_scores_),
        'cluster_persistence': numbers_of(reference.cluster_persistence_),
        'mst_total_weight': float(reference.minimum_spanning_tree_.to_numpy()[:, 2].sum()),
    }
    # Its prediction does not know alpha, nor what a fit with the root as its one cluster asks of that cluster's points.
    predicts = params.get('alpha', 1.0) == 1.0 and not (clusters == 1 and params.get('allow_single_cluster', False))
    labels, strengths, neighbors = hdbscan.approximate_predict(reference, new_points, return_connecting_points=True)
    scores = hdbscan.prediction.approximate_predict_scores(reference, new_points)
    if predicts:
        result['approximate_predict'] = {'labels': labels.tolist(), 'strengths': numbers_of(strengths),
                                         'neighbors': neighbors.tolist(), 'outlier_scores': numbers_of(scores)}
    soft = predicts and clusters > 0
    if soft:
        fitted_vectors = hdbscan.all_points_membership_vectors(reference)
        new_vectors = hdbscan.membership_vector(reference, new_points)
        result['all_points_membership_vectors'] = rows_of(fitted_vectors)
        result['membership_vector_new'] = rows_of(new_vectors)
    ambiguous = {key: set() for key in ('labels', 'probabilities', 'outlier_scores', 'membership', 'predict',
                                        'membership_new')}
    aris, noise = [], []
    for model, order in refits(points, params, True):
        numbers = renumbering(reference.labels_, model.labels_[order])
        aris.append(float(adjusted_rand_score(reference.labels_, model.labels_[order])))
        noise.append(float(np.mean(model.labels_ < 0)))
        ambiguous['labels'] |= differing(renumbered(model.labels_[order], numbers), reference.labels_)
        ambiguous['probabilities'] |= differing(model.probabilities_[order], reference.probabilities_)
        ambiguous['outlier_scores'] |= differing(model.outlier_scores_[order], reference.outlier_scores_)
        new_labels, new_strengths = hdbscan.approximate_predict(model, new_points)
        new_scores = hdbscan.prediction.approximate_predict_scores(model, new_points)
        ambiguous['predict'] |= differing(renumbered(new_labels, numbers), labels)
        ambiguous['predict'] |= differing(new_strengths, strengths) | differing(new_scores, scores)
        if soft:
            fitted = by_reference(hdbscan.all_points_membership_vectors(model)[order], numbers, clusters)
            ambiguous['membership'] |= differing(fitted, fitted_vectors, 1e-5)
            if model.labels_.max() >= 0:
                new = by_reference(hdbscan.membership_vector(model, new_points), numbers, clusters)
                ambiguous['membership_new'] |= differing(new, new_vectors, 1e-5)
    result['ambiguous'] = {key: sorted(rows) for key, rows in ambiguous.items()}
    result['refits'] = {'runs': len(aris), 'ari_min': min(aris), 'noise_min': min(noise), 'noise_max': max(noise)}
    return result


def write(name, document):
    text = json.dumps(document, separators=(',', ':')).encode()
    with open(os.path.join(folder, f'{name}.json.gz'), 'wb') as file:
        file.write(gzip.compress(text, 9, mtime=0))


def blobs(random, n, d, k, width, box):
    centres = random.uniform(-box, box, (k, d))
    widths = width * random.uniform(0.6, 1.6, k)
    which = random.randint(0, k, n)
    return centres[which] + random.randn(n, d) * widths[which][:, None]


def option_sets():
    """name, points with 40 new ones first, min_cluster_size, min_samples, configurations."""
    random = np.random.RandomState
    eom, leaf = {}, {'cluster_selection_method': 'leaf'}
    single = {'allow_single_cluster': True}
    size = lambda most: {'max_cluster_size': most}
    epsilon = lambda distance: {'cluster_selection_epsilon': distance}
    alpha = lambda value: {'alpha': value}
    r = random(11)
    noisy = np.vstack([blobs(r, 380, 3, 6, 0.8, 7), r.uniform(-9, 9, (60, 3))])
    yield 'options_3d', r.permutation(noisy), 12, 6, {
        'eom': eom, 'size': size(52), 'size_single': {**size(100), **single}, 'size_leaf': {**size(20), **leaf},
        'eps_small': epsilon(0.9), 'eps_large': epsilon(2.5), 'eps_leaf': {**epsilon(1.2), **leaf},
        'eps_single': {**epsilon(3.0), **single}, 'eps_leaf_single': {**epsilon(6.0), **leaf, **single},
        'alpha_low': alpha(0.7), 'alpha_high': alpha(1.6), 'alpha_leaf': {**alpha(1.3), **leaf},
        'single_leaf': {**single, **leaf}}
    r = random(12)
    manhattan = {'metric': 'manhattan'}
    yield 'options_manhattan', blobs(r, 440, 4, 6, 1.1, 6), 15, 7, {
        'eom': manhattan, 'leaf': {**manhattan, **leaf}, 'alpha': {**manhattan, **alpha(1.4)},
        'alpha_low': {**manhattan, **alpha(0.8)}, 'eps': {**manhattan, **epsilon(3.0)},
        'single': {**manhattan, **single}, 'size': {**manhattan, **size(70)}}
    r = random(13)
    loadings, group = r.randn(5, 29) * 0.5, r.choice(4, 540, p=[0.4, 0.3, 0.2, 0.1])
    latent = r.randn(4, 5)[group] * 2.5 + 0.5 * r.randn(540, 5)
    tailed = np.exp(latent @ loadings + 0.3 * r.randn(540, 29))
    low, middle, high = np.percentile(tailed, [25, 50, 75], axis=0)
    yield 'options_29d', (tailed - middle) / (high - low), 15, 5, {
        'eom': eom, 'leaf': leaf, 'single': single, 'manhattan': manhattan, 'eps': epsilon(1.5)}
    r = random(14)
    line = np.concatenate([r.normal(0, 1, 120), r.normal(7, 0.6, 120), r.uniform(-5, 12, 40), r.normal(12, 2, 60)])
    yield 'options_1d', r.permutation(line)[:, None], 8, 1, {
        'eom': eom, 'leaf': leaf, 'single': single, 'eps': epsilon(0.2)}
    r = random(15)
    yield 'options_one_cluster', r.randn(340, 2), 10, 10, {
        'single': single, 'single_eps': {**single, **epsilon(0.25)}, 'single_leaf': {**single, **leaf}, 'eom': eom,
        'single_size': {**single, **size(200)}}
    r = random(16)
    yield 'options_many_samples', blobs(r, 240, 2, 3, 1.0, 8), 10, 40, {'eom': eom, 'leaf': leaf}


def write_option_sets():
    for name, points, size, samples, configurations in option_sets():
        new, points = points[:40], points[40:]
        new = np.vstack([new, points[:4], points.mean(0) + 3 * points.std(0)])
        document = {'name': name, 'n': len(points), 'd': points.shape[1], 'ties': False, 'tol': 1e-6,
                    'min_cluster_size': size, 'min_samples': samples, 'points': points.tolist(),
                    'new_points': new.tolist(), 'configs': {}}
        for config, params in configurations.items():
            document['configs'][config] = golden(points, new, {**params, 'min_cluster_size': size,
                                                              'min_samples': samples})
            print(name, config, document['configs'][config]['n_clusters'],
                  {key: len(rows) for key, rows in document['configs'][config]['ambiguous'].items()}, flush=True)
        write(name, document)


def add_membership_new():
    for path in sorted(glob.glob(os.path.join(folder, '*.json.gz'))):
        document = json.load(gzip.open(path))
        points, new_points = np.array(document['points']), np.array(document['new_points'])
        for config in document['configs'].values():
            if 'membership_vector_new' not in config or 'membership_new' in config['ambiguous']:
                continue
            params = {**config['params'], 'min_cluster_size': document['min_cluster_size'],
                      'min_samples': document['min_samples']}
            reference = np.array(config['membership_vector_new'], float)
            rows = set()
            for model, order in refits(points, params, True):
                numbers = renumbering(np.array(config['labels']), model.labels_[order])
                vectors = hdbscan.membership_vector(model, new_points)
                rows |= differing(by_reference(vectors, numbers, config['n_clusters']), reference, 1e-5)
            config['ambiguous']['membership_new'] = sorted(rows)
            print(document['name'], len(rows), flush=True)
        write(document['name'], document)


if __name__ == '__main__':
    {'options': write_option_sets, 'membership-new': add_membership_new}[sys.argv[1]]()
