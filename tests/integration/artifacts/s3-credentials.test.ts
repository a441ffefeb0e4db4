import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { s3ClientFromEnvironment } from '../../../shared/artifacts/s3-client.js';
import { createS3Store } from '../../../shared/artifacts/s3-store.js';
import { startS3Server, testBucket, testCredentials } from '../../support/s3-server.js';
import { tempFolder } from '../../support/temp-folder.js';

const server = await startS3Server();
afterAll(() => server?.stop());
const { accessKeyId, secretAccessKey } = testCredentials;
const bytes = new TextEncoder().encode('kept');

/** Writes and reads as a worker with this process's environment does. */
async function writeAndRead(encryption = {}): Promise<string> {
  const client = s3ClientFromEnvironment(process.env);
  onTestFinished(() => client.destroy());
  const store = createS3Store(`s3://${testBucket}/${randomUUID()}`, client, encryption);
  await store.putBytes('k', bytes, { rows: 0 });
  return new TextDecoder().decode((await store.read('k'))!.bytes);
}

/** Files as the AWS tools have them; each test its own, since the SDK reads a file once. */
async function profiles(config: string, credentials = ''): Promise<string> {
  const folder = await tempFolder();
  const [configFile, credentialsFile] = [path.join(folder, 'config'), path.join(folder, 'credentials')];
  await writeFile(configFile, config);
  await writeFile(credentialsFile, credentials);
  vi.stubEnv('AWS_CONFIG_FILE', configFile);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', credentialsFile);
  return folder;
}

/** A server that hands out credentials; returns its address and what it was asked. */
async function credentialServer(
  answer: (body: string) => { readonly type: string; readonly text: string },
): Promise<{
  readonly endpoint: string;
  readonly asked: { body: string; authorization: string | undefined }[];
}> {
  const asked: { body: string; authorization: string | undefined }[] = [];
  const double = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ body, authorization: request.headers.authorization });
      const { type, text } = answer(body);
      response.writeHead(200, { 'content-type': type }).end(text);
    });
  });
  double.listen(0, '127.0.0.1');
  await once(double, 'listening');
  onTestFinished(() => {
    double.closeAllConnections();
    double.close();
  });
  return { endpoint: `http://127.0.0.1:${(double.address() as AddressInfo).port}`, asked };
}

/**
 * The server knows no session tokens, and says so: the write got there with the token, signed by the temporary key. That it
 * would be taken is beyond what can be shown here.
 */
async function expectTokenArrives(): Promise<void> {
  await expect(writeAndRead()).rejects.toMatchObject({
    code: 'CredentialsRefused',
    message: expect.stringContaining('InvalidToken') as string,
  });
}

/** What STS answers to AssumeRole and AssumeRoleWithWebIdentity, with credentials that the S3 server knows. */
const sts = (body: string): { type: string; text: string } => {
  const action = new URLSearchParams(body).get('Action')!;
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return {
    type: 'text/xml',
    text: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
      <AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/segments/s</Arn></AssumedRoleUser>
      <Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>token</SessionToken><Expiration>${expiration}</Expiration></Credentials>
      </${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
  };
};

// moto takes any credentials: only a server that refuses wrong ones shows that these were the right ones.
describe.skipIf(server?.kind !== 'versitygw')(
  'credentials of the AWS SDK, against a server that checks them',
  () => {
    beforeEach(() => {
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
      vi.stubEnv('AWS_ENDPOINT_URL_S3', server!.endpoint);
      vi.stubEnv('AWS_REGION', 'us-east-1');
      vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
      vi.stubEnv('AWS_PROFILE', 'segments');
    });
    afterEach(() => void vi.unstubAllEnvs());

    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = `;

    test('a profile of the credentials file', async () => {
      await profiles('[profile segments]\n', `[segments]\n${keys}${secretAccessKey}\n`);
      expect(await writeAndRead()).toBe('kept');
    });

    test('a wrong key in it is refused for good, and not said', async () => {
      await profiles('', `[segments]\n${keys}wrong-secret\n`);
      const refusal = writeAndRead();
      await expect(refusal).rejects.toMatchObject({ code: 'CredentialsRefused', retryable: false });
      await expect(refusal).rejects.not.toThrow('wrong-secret');
    });

    test('a program that a profile names (credential_process)', async () => {
      const answer = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
      const folder = await tempFolder();
      const script = path.join(folder, 'print.mjs');
      await writeFile(script, `console.log(${JSON.stringify(JSON.stringify(answer))});`);
      await profiles(`[profile segments]\ncredential_process = "${process.execPath}" "${script}"\n`);
      expect(await writeAndRead()).toBe('kept');
    });

    test('a program that fails, and a profile that is not there, are refused for good', async () => {
      await profiles(`[profile segments]\ncredential_process = "${process.execPath}" -e "process.exit(3)"\n`);
      await expect(writeAndRead()).rejects.toMatchObject({ code: 'CredentialsRefused', retryable: false });
      await profiles('[profile other]\n');
      await expect(writeAndRead()).rejects.toMatchObject({ code: 'CredentialsRefused', retryable: false });
    });

    test('a role that a profile takes on from another (AssumeRole), by a double of STS', async () => {
      const { endpoint, asked } = await credentialServer(sts);
      vi.stubEnv('AWS_ENDPOINT_URL_STS', endpoint);
      const role =
        'role_arn = arn:aws:iam::123456789012:role/segments\nsource_profile = base\nrole_session_name = monthly';
      await profiles(`[profile segments]\n${role}\n`, `[base]\n${keys}of-the-user\n`);
      await expectTokenArrives();
      expect(Object.fromEntries(new URLSearchParams(asked[0]!.body))).toMatchObject({
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::123456789012:role/segments',
        RoleSessionName: 'monthly',
      });
      expect(asked[0]!.authorization).toContain(`Credential=${accessKeyId}/`);
    });

    test("the token of a pod (web identity, as EKS's service accounts have it), by a double of STS", async () => {
      const { endpoint, asked } = await credentialServer(sts);
      vi.stubEnv('AWS_ENDPOINT_URL_STS', endpoint);
      const folder = await profiles('');
      await writeFile(path.join(folder, 'token'), 'signed-by-the-cluster');
      vi.stubEnv('AWS_PROFILE', undefined);
      vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', path.join(folder, 'token'));
      vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/segments');
      await expectTokenArrives();
      expect(Object.fromEntries(new URLSearchParams(asked[0]!.body))).toMatchObject({
        Action: 'AssumeRoleWithWebIdentity',
        WebIdentityToken: 'signed-by-the-cluster',
      });
    });

    test('the role of a container (ECS, EKS Pod Identity), by a double of its agent', async () => {
      const { endpoint, asked } = await credentialServer(() => ({
        type: 'application/json',
        text: JSON.stringify({
          ...{ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: 'token' },
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        }),
      }));
      await profiles('');
      vi.stubEnv('AWS_PROFILE', undefined);
      vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${endpoint}/credentials`);
      vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'of-the-pod');
      await expectTokenArrives();
      expect(asked[0]!.authorization).toBe('of-the-pod');
    });

    test.each([
      ['SSE-S3', { ServerSideEncryption: 'AES256' }],
      [
        'SSE-KMS',
        {
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: 'arn:aws:kms:eu-central-1:1:key/k',
          BucketKeyEnabled: true,
        },
      ],
    ] as const)('a write that asks for %s is signed with it, and taken', async (_name, encryption) => {
      await profiles('', `[segments]\n${keys}${secretAccessKey}\n`);
      expect(await writeAndRead(encryption)).toBe('kept');
    });
  },
);
