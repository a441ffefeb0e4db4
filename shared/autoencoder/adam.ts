/** Keras' and TensorFlow.js' defaults. */
const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-7;

/** Parameters and what Adam remembers of their gradients after `step` updates. */
export interface OptimiserState {
  readonly parameters: Float64Array;
  readonly firstMoment: Float64Array;
  readonly secondMoment: Float64Array;
  readonly step: number;
}

export function freshState(parameters: Float64Array): OptimiserState {
  return {
    parameters: parameters.slice(),
    firstMoment: new Float64Array(parameters.length),
    secondMoment: new Float64Array(parameters.length),
    step: 0,
  };
}

/** base^exponent by repeated squaring: the last bit of Math.pow is not the same in every version of Node. */
function integerPower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** Update number `step` (from 1) of Adam (Kingma and Ba 2015, algorithm 1), in place. */
export function adamUpdate(
  { parameters, firstMoment, secondMoment }: Omit<OptimiserState, 'step'>,
  gradient: Float64Array,
  step: number,
  learningRate: number,
): void {
  const correction1 = 1 - integerPower(beta1, step);
  const correction2 = 1 - integerPower(beta2, step);
  for (let k = 0; k < parameters.length; k++) {
    const g = gradient[k]!;
    const m = beta1 * firstMoment[k]! + (1 - beta1) * g;
    const v = beta2 * secondMoment[k]! + (1 - beta2) * g * g;
    firstMoment[k] = m;
    secondMoment[k] = v;
    parameters[k] =
      parameters[k]! - (learningRate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
  }
}
