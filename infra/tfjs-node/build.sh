#!/usr/bin/env bash
# Gives this checkout the native backend of autoencoder.backend = tfjs-node, where `npm ci` could not.
#
#   infra/tfjs-node/build.sh
#
# The package's own install step fetches a TensorFlow library from outside the package registries, and npm drops an
# optional dependency whose install step fails. Here the library comes from TensorFlow's wheel on the Python
# package index, and the binding (two C++ files) is compiled against it: about a minute, 650 MB in the cache.
# Run again after each `npm ci`; the library is then in the cache already.
#
# Needs Linux on x86-64, npm, Python 3 with pip, and g++. Elsewhere `npm install @tensorflow/tfjs-node` is the way.
set -euo pipefail

tensorflow=2.18.1
wheel=tensorflow_cpu-$tensorflow-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
wheel_sha256=810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298
node_api_headers=1.5.0

fail() {
  echo "infra/tfjs-node/build.sh: $1" >&2
  exit 1
}

[[ $(uname -sm) == 'Linux x86_64' ]] ||
  fail "this is $(uname -sm), the wheel is for Linux x86_64: try npm install @tensorflow/tfjs-node"
for tool in node npm python3 g++ sha256sum; do
  command -v "$tool" >/dev/null || fail "$tool is not on PATH"
done

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
package=node_modules/@tensorflow/tfjs-node
cache=${XDG_CACHE_HOME:-$HOME/.cache}/stable-segments/tensorflow-$tensorflow
library=$cache/tensorflow

# Removed on every way out: an interrupted run must not pass for a finished one.
scratch=
trap '[[ -z $scratch ]] || rm -rf "$scratch"' EXIT

if [[ ! -e $library/libtensorflow_cc.so.2 ]]; then
  echo "fetching TensorFlow $tensorflow (230 MB)"
  mkdir -p "$cache"
  scratch=$(mktemp -d "$cache/unpack.XXXXXX")
  python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
    --platform manylinux2014_x86_64 --dest "$scratch" "tensorflow-cpu==$tensorflow"
  echo "$wheel_sha256  $scratch/$wheel" | sha256sum --check --quiet ||
    fail "$wheel is not the file that is expected (sha256 $wheel_sha256)"
  python3 -m zipfile -e "$scratch/$wheel" "$scratch/wheel"
  mkdir "$scratch/kept"
  mv "$scratch"/wheel/tensorflow/{libtensorflow_cc.so.2,libtensorflow_framework.so.2,include} "$scratch/kept/"
  rm -rf "$library"
  mv "$scratch/kept" "$library"
  rm -rf "$scratch"
fi

headers=$cache/node_modules/node-api-headers/include
[[ -e $headers/node_api.h ]] ||
  npm install --prefix "$cache" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    "node-api-headers@$node_api_headers"

if [[ ! -d $package ]]; then
  version=$(node -p "require('./package.json').optionalDependencies['@tensorflow/tfjs-node']")
  npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "@tensorflow/tfjs-node@$version"
fi

# Where tfjs-node will look for its binding, and the Node-API version in that path.
binding=$(node -p "require('@mapbox/node-pre-gyp').find(require('node:path').resolve('$package/package.json'))")
napi=$(sed -E 's|.*/napi-v([0-9]+)/.*|\1|' <<<"$binding")

echo "compiling $(basename "$binding")"
mkdir -p "$(dirname "$binding")"
g++ -O2 -std=c++17 -fPIC -shared -w -DNAPI_VERSION="$napi" -DBUILDING_NODE_EXTENSION \
  -I"$headers" -I"$library/include" -I"$package" "$package"/binding/*.cc \
  "$library/libtensorflow_cc.so.2" "$library/libtensorflow_framework.so.2" -Wl,-rpath,"$library" -o "$binding.part"
mv "$binding.part" "$binding"

# Node 23 took out two functions of node:util that tfjs-node calls.
node -e "
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value == null;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node');
const [seven] = tf.matMul([[1, 2]], [[3], [2]]).dataSync();
if (seven !== 7) throw new Error('1·3 + 2·2 came out as ' + seven);
console.log('ready: autoencoder.backend = tfjs-node, on TensorFlow', tf.backend().binding.TF_Version);
"
