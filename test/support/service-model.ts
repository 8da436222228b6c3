import { readFileSync } from 'node:fs';

import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';

import type { ServiceName } from '../../sandbox/wire/service-name.ts';

/** An error as a service sends it. */
export interface ModelledError {
  readonly code: string;
  readonly status: number;
}

type Package = readonly [name: string, exports: Readonly<Record<string, unknown>>];

const PACKAGES: Readonly<Partial<Record<ServiceName, Package>>> = {
  events: ['client-eventbridge', events],
  iam: ['client-iam', iam],
  sts: ['client-sts', sts],
  organizations: ['client-organizations', organizations],
  tagging: ['client-resource-groups-tagging-api', tagging],
  s3: ['client-s3', s3],
  kms: ['client-kms', kms],
};

/** What the SDK's schema of an error says of the wire, see https://smithy.io/2.0/aws/protocols/. */
interface ErrorTraits {
  readonly error: 'client' | 'server';
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

/**
 * The errors that the service model lists for a call, as the installed SDK documents and declares them. Those
 * that every service has, such as AccessDenied, are in no model.
 */
export function modelledErrors(service: ServiceName, call: string): readonly ModelledError[] {
  const [name, exports] = PACKAGES[service] ?? ['', {}];
  const types = `../../node_modules/@aws-sdk/${name}/dist-types/commands/${call}Command.d.ts`;
  const text = readFileSync(new URL(types, import.meta.url), 'utf8');
  const thrown = [...text.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)];
  return thrown.map(([, error = '']) => wireError(service, error, traitsOf(exports[`${error}$`])));
}

function traitsOf(schema: unknown): ErrorTraits {
  if (!Array.isArray(schema)) throw new Error('the SDK exports its schemas no more');
  return schema[3] as ErrorTraits;
}

function wireError(service: ServiceName, name: string, traits: ErrorTraits): ModelledError {
  const [queryCode, queryStatus] = traits.awsQueryError ?? [name];
  const code = QUERY.includes(service) ? queryCode : name;
  const usual = STATUS[code] ?? (traits.error === 'client' ? 400 : 500);
  return { code, status: PLAIN.includes(service) ? usual : (queryStatus ?? traits.httpError ?? usual) };
}

/** Their errors have another code on the wire than in the model. */
const QUERY: readonly ServiceName[] = ['iam', 'sts'];

/**
 * They send 400 and 500 only:
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html#API_ListAccounts_Errors
 */
const PLAIN: readonly ServiceName[] = ['organizations', 'tagging'];

/** Without a status in the model: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const STATUS: Readonly<Record<string, number>> = { NotFound: 404, NoSuchBucket: 404 };
