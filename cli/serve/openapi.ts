import { type FastifySchema } from 'fastify';
import { z } from 'zod';

/** A zod schema as OpenAPI 3.1 has it; anything else as it is. */
function asJsonSchema(schema: unknown, io: 'input' | 'output'): unknown {
  if (!(schema instanceof z.ZodType)) return schema;
  const json: Record<string, unknown> = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  delete json['$schema'];
  return json;
}

/** A route's schema with its zod parts turned into JSON Schema: routes are described by what checks them. */
export function openApiSchema(schema: FastifySchema | undefined): FastifySchema {
  const { body, params, querystring, response, ...rest } = schema ?? {};
  const answers = Object.entries((response ?? {}) as Record<string, unknown>).map(([status, answer]) => [
    status,
    asJsonSchema(answer, 'output'),
  ]);
  return {
    ...rest,
    ...(body === undefined ? {} : { body: asJsonSchema(body, 'input') }),
    ...(params === undefined ? {} : { params: asJsonSchema(params, 'input') }),
    ...(querystring === undefined ? {} : { querystring: asJsonSchema(querystring, 'input') }),
    response: Object.fromEntries(answers) as Record<string, unknown>,
  };
}
