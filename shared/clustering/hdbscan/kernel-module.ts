import { kernelBinary } from './kernel-binary.js';

/** The kernels, compiled once: code that a first fit made fast is fast for the next. */
export const kernelModule = new WebAssembly.Module(Buffer.from(kernelBinary, 'base64'));
