/*
 * What starts the Lambda for leaked keys.
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */

export function exposedKeys(accessKeyIds: readonly string[], detail: object = {}) {
  return {
    version: '0',
    id: '121345678-1234-1234-1234-123456789012',
    'detail-type': 'AWS Health Event',
    source: 'aws.health',
    account: '999999999999',
    time: '2026-11-27T06:27:57Z',
    region: 'us-east-1',
    resources: accessKeyIds,
    detail: {
      eventArn: 'arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/AWS_RISK_1',
      service: 'RISK',
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      eventTypeCategory: 'issue',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      startTime: 'Fri, 27 Nov 2026 06:10:09 GMT',
      eventDescription: [{ language: 'en_US', latestDescription: 'An access key was found in public.' }],
      affectedEntities: accessKeyIds.map((entityValue) => ({ entityValue, status: 'IMPAIRED' })),
      affectedAccount: '999999999999',
      page: '1',
      totalPages: '1',
      ...detail,
    },
  };
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
export function guardDutyFinding(accessKeyId: string) {
  return {
    version: '0',
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: '999999999999',
    region: 'us-east-1',
    detail: {
      id: '16afba5c5c43e07c9e3e5e2e544e95df',
      type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
      severity: 5,
      resource: {
        resourceType: 'AccessKey',
        accessKeyDetails: { accessKeyId, principalId: 'AIDA1', userName: 'eve', userType: 'IAMUser' },
      },
    },
  };
}

/** Of an operator. */
export function request(accessKeyIds: readonly string[], reason: string) {
  return { mode: 'leak', accessKeyIds, reason };
}
