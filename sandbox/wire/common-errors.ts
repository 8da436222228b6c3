import { ApiError } from './api-error.ts';
import type { ServiceName } from './service-name.ts';

/** Errors that every service has, each with a code and message of its own. */
export type CommonError =
  | 'access-denied'
  | 'expired-token'
  | 'internal-error'
  | 'invalid-parameter'
  | 'missing-token'
  | 'throttle'
  | 'unavailable'
  | 'unknown-call'
  | 'unknown-key';

type Wording = readonly [code: string, status: number, message: string];

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
const QUERY: Readonly<Record<CommonError, Wording>> = {
  'access-denied': ['AccessDenied', 403, 'Access Denied'],
  'expired-token': ['ExpiredToken', 403, 'The security token included in the request is expired'],
  'internal-error': [
    'InternalFailure',
    500,
    'The request processing has failed because of an unknown error.',
  ],
  'invalid-parameter': ['ValidationError', 400, 'The input does not satisfy the constraints.'],
  'missing-token': ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  throttle: ['Throttling', 400, 'Rate exceeded'],
  unavailable: ['ServiceUnavailable', 503, 'Service is unavailable; please try again.'],
  'unknown-call': ['InvalidAction', 400, 'Could not find operation'],
  'unknown-key': ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html */
const ORGANIZATIONS: Readonly<Record<CommonError, Wording>> = {
  'access-denied': ['AccessDeniedException', 400, "You don't have permissions to access this resource."],
  'expired-token': ['ExpiredTokenException', 400, 'The security token included in the request is expired'],
  'internal-error': [
    'ServiceException',
    500,
    "Organizations can't complete your request because of an internal error.",
  ],
  'invalid-parameter': ['InvalidInputException', 400, 'You specified an invalid value.'],
  'missing-token': ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
  throttle: [
    'TooManyRequestsException',
    400,
    'You have sent too many requests in too short a period of time. The quota helps protect against ' +
      'denial-of-service attacks. Try again later.',
  ],
  unavailable: ['ServiceUnavailable', 503, 'Service is unavailable; please try again.'],
  'unknown-call': ['UnknownOperationException', 400, ''],
  'unknown-key': [
    'UnrecognizedClientException',
    400,
    'The security token included in the request is invalid.',
  ],
};

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html#API_GetResources_Errors */
const TAGGING: Readonly<Record<CommonError, Wording>> = {
  ...ORGANIZATIONS,
  'access-denied': ['AccessDeniedException', 400, 'Access denied'],
  'internal-error': [
    'InternalServiceException',
    500,
    'The request processing failed because of an unknown error.',
  ],
  'invalid-parameter': ['InvalidParameterException', 400, 'A parameter is missing or has an invalid value.'],
  throttle: [
    'ThrottledException',
    400,
    'The request was denied to limit the frequency of submitted requests.',
  ],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3: Readonly<Record<CommonError, Wording>> = {
  'access-denied': ['AccessDenied', 403, 'Access Denied'],
  'expired-token': ['ExpiredToken', 400, 'The provided token has expired.'],
  'internal-error': ['InternalError', 500, 'We encountered an internal error. Please try again.'],
  'invalid-parameter': ['InvalidArgument', 400, 'Invalid Argument'],
  'missing-token': ['AccessDenied', 403, 'Anonymous access is forbidden for this operation'],
  throttle: ['SlowDown', 503, 'Please reduce your request rate.'],
  unavailable: ['ServiceUnavailable', 503, 'Service is unable to handle request.'],
  'unknown-call': [
    'NotImplemented',
    501,
    'A header you provided implies functionality that is not implemented.',
  ],
  'unknown-key': [
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
  ],
};

/** https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html */
const REST_JSON: Readonly<Record<CommonError, Wording>> = {
  'access-denied': ['AccessDeniedException', 403, 'Access denied'],
  'expired-token': ['ExpiredTokenException', 403, 'The security token included in the request is expired'],
  'internal-error': ['InternalServerException', 500, 'The service encountered an internal error.'],
  'invalid-parameter': ['ValidationException', 400, 'A parameter is missing or has an invalid value.'],
  'missing-token': ['MissingAuthenticationTokenException', 403, 'Missing Authentication Token'],
  throttle: ['ThrottlingException', 429, 'Rate exceeded'],
  unavailable: ['ServiceUnavailable', 503, 'Service is unavailable; please try again.'],
  'unknown-call': ['UnknownOperationException', 404, ''],
  'unknown-key': [
    'UnrecognizedClientException',
    403,
    'The security token included in the request is invalid.',
  ],
};

/** https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
const SNS: Readonly<Record<CommonError, Wording>> = {
  ...QUERY,
  'access-denied': ['AuthorizationError', 403, 'Access Denied'],
  'invalid-parameter': ['InvalidParameter', 400, 'Invalid parameter'],
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html */
const EVENT_BRIDGE: Readonly<Record<CommonError, Wording>> = {
  ...ORGANIZATIONS,
  'internal-error': ['InternalException', 500, 'An internal error has occurred.'],
  'invalid-parameter': ['ValidationException', 400, 'A parameter is missing or has an invalid value.'],
  throttle: ['ThrottlingException', 400, 'Rate exceeded'],
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */
const KMS: Readonly<Record<CommonError, Wording>> = {
  ...EVENT_BRIDGE,
  'internal-error': ['KMSInternalException', 500, 'The request was rejected because of an internal error.'],
};

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
const SECURITY_HUB: Readonly<Record<CommonError, Wording>> = {
  ...REST_JSON,
  'internal-error': ['InternalException', 500, 'Internal server error.'],
  'invalid-parameter': ['InvalidInputException', 400, 'A parameter is missing or has an invalid value.'],
  throttle: ['LimitExceededException', 429, 'Rate exceeded'],
};

const WORDINGS = {
  iam: QUERY,
  sts: QUERY,
  cloudformation: QUERY,
  organizations: ORGANIZATIONS,
  tagging: TAGGING,
  s3: S3,
  lambda: REST_JSON,
  sns: SNS,
  events: EVENT_BRIDGE,
  ses: REST_JSON,
  securityhub: SECURITY_HUB,
  scheduler: REST_JSON,
  states: ORGANIZATIONS,
  kms: KMS,
};

/** @param message replaces the usual message of the service */
export function commonError(service: ServiceName, kind: CommonError, message?: string): ApiError {
  const [code, status, usualMessage] = WORDINGS[service][kind];
  return new ApiError(code, status, message ?? usualMessage);
}
