import { type AutoencoderBackend } from '../../contracts/config.js';
import { type TrainerBackend } from '../trainer-backend.js';
import { tfjsBackend } from './tfjs.js';
import { typedArrayBackend } from './typed-array.js';

/** The backend that `config.autoencoder.backend` names. TensorFlow.js is loaded only when it is used. */
export function selectBackend(name: AutoencoderBackend): TrainerBackend {
  return name === 'typed-array' ? typedArrayBackend : tfjsBackend(name);
}
