// Histories as JSON: protobuf messages as objects, bytes in base64, enums by name, 64-bit numbers as text. The SDK's own
// historyToJSON fails with the protobufjs that npm resolves beside it ("type must be a Type").
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;

/** @param {import('@temporalio/proto').temporal.api.history.v1.IHistory} history */
export function historyToObject(history) {
  return History.toObject(History.fromObject(history), { bytes: String, enums: String, longs: String });
}

/** @param {object} object */
export function historyFromObject(object) {
  return History.fromObject(object);
}
