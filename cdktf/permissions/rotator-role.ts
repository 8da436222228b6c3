import { mailDomains } from '../../src/config/notices-schema.ts';
import {
  type DeployableConfig,
  deploymentNames,
  LEDGER_PREFIX,
  rotationRoleArns,
} from '../../src/deployment/names.ts';
import { usesOrganizationalUnits } from '../../src/targets/classify.ts';
import {
  allow,
  document,
  type PolicyDocument,
  type Statement,
} from '../../src/deployment/policy-document.ts';
import { viaS3, viaService } from './via-service.ts';

export function rotatorPermissions(config: DeployableConfig): PolicyDocument {
  return document([
    ...readOrganization(config),
    ...enterAccounts(config),
    ...useLedger(config),
    ...startRun(config),
    ...sendNotices(config),
    ...importFindings(config),
    ...handleLeaks(config),
    writeLog(config),
    ...joinVpc(config),
  ]);
}

/** Only the calls that this accounts.json needs. */
function readOrganization(config: DeployableConfig): Statement[] {
  const { organizationId, delegatedAdministrator } = config.deployment;
  const { partition } = deploymentNames(config.deployment);
  const placements = usesOrganizationalUnits(config, {});
  // These ARNs contain the management account's ID, which a delegated administrator may not know.
  const inOrganization = (kind: string) => `arn:${partition}:organizations::*:${kind}/${organizationId}/*`;
  const statements = [
    allow('ListAccounts', ['organizations:DescribeOrganization', 'organizations:ListAccounts'], ['*']),
    allow('ReadAccounts', ['organizations:DescribeAccount'], [inOrganization('account')]),
  ];
  if (placements) {
    const walk = ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'];
    statements.push(allow('FindRoot', ['organizations:ListRoots'], ['*']));
    statements.push(allow('WalkUnits', walk, [inOrganization('ou'), inOrganization('root')]));
  }
  // Notices of leaked keys name the OU, whatever the settings.
  if (placements || config.leaks) {
    const children = [inOrganization('account'), inOrganization('ou')];
    statements.push(allow('FindParents', ['organizations:ListParents'], children));
  }
  if (config.optOutTag !== false) {
    statements.push(allow('ReadTags', ['organizations:ListTagsForResource'], [inOrganization('account')]));
    // The tagging API returns accounts only in the management account.
    if (!delegatedAdministrator) statements.push(allow('FindTags', ['tag:GetResources'], ['*']));
  }
  return statements;
}

function enterAccounts(config: DeployableConfig): Statement[] {
  const { partition } = deploymentNames(config.deployment);
  const roles = rotationRoleArns(config, partition);
  return [
    {
      ...allow('EnterAccounts', ['sts:AssumeRole'], roles),
      Condition: { StringEquals: { 'aws:ResourceOrgID': config.deployment.organizationId } },
    },
    // Lets nobody in by itself.
    allow('NameItself', ['sts:SetSourceIdentity'], roles),
  ];
}

function useLedger({ deployment }: DeployableConfig): Statement[] {
  const { kmsKeyArn, account, region } = deployment;
  const { partition, ledgerBucket, ledgerKeyAlias } = deploymentNames(deployment);
  const bucket = `arn:${partition}:s3:::${ledgerBucket}`;
  const statements = [
    // No condition on the prefix: with one, S3 returns AccessDenied instead of NoSuchKey for missing records.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    allow('ListLedger', ['s3:ListBucket', 's3:ListBucketVersions'], [bucket]),
    allow(
      'ReadAndWriteLedger',
      ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      [`${bucket}/${LEDGER_PREFIX}/*`],
    ),
    // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias
    {
      ...allow(
        'SignLedger',
        ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
        [`arn:${partition}:kms:${region}:${account}:key/*`],
      ),
      Condition: { StringEquals: { 'kms:RequestAlias': ledgerKeyAlias } },
    },
    allow('RemoveLocks', ['s3:DeleteObject'], [`${bucket}/${LEDGER_PREFIX}/locks/*`]),
  ];
  if (kmsKeyArn === undefined) return statements;
  const encrypt = allow('EncryptLedger', ['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKeyArn]);
  return [...statements, { ...encrypt, Condition: viaS3(deployment) }];
}

/** For the configured channels. */
function sendNotices({ notices, deployment }: DeployableConfig): Statement[] {
  const { account, region, kmsKeyArn } = deployment;
  const { partition, noticeTopicArn } = deploymentNames(deployment);
  const statements: Statement[] = [];
  if (notices.events) {
    const bus = `arn:${partition}:events:${region}:${account}:event-bus/${notices.eventBus}`;
    statements.push(allow('PutEvents', ['events:PutEvents'], [bus]));
  }
  if (notices.topic) statements.push(allow('PublishNotices', ['sns:Publish'], [noticeTopicArn]));
  if (notices.topic && kmsKeyArn !== undefined) {
    const encrypt = allow('EncryptNotices', ['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKeyArn]);
    statements.push({ ...encrypt, Condition: viaService('sns', deployment) });
  }
  if (notices.mail) {
    // Any identity: SES may use the sender's address or one of its parent domains. And any configuration set:
    // an identity may have a default one, which the permission must cover, too.
    const ses = `arn:${partition}:ses:${region}:${account}`;
    const send = allow('SendMails', ['ses:SendEmail'], [`${ses}:identity/*`, `${ses}:configuration-set/*`]);
    const recipients = mailDomains(notices.mail).map((domain) => `*@${domain}`);
    statements.push({
      ...send,
      Condition: {
        StringEquals: { 'ses:FromAddress': notices.mail.from },
        'ForAllValues:StringLike': { 'ses:Recipients': recipients },
      },
    });
  }
  return statements;
}

function importFindings({
  report,
  deployment: { account, region },
  deployment,
}: DeployableConfig): Statement[] {
  if (!report.securityHub) return [];
  const { partition } = deploymentNames(deployment);
  const product = `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
  return [allow('ImportFindings', ['securityhub:BatchImportFindings'], [product])];
}

function handleLeaks({ leaks, deployment }: DeployableConfig): Statement[] {
  if (!leaks) return [];
  return [
    // Names the account of any access key, and takes no resource:
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    allow('FindKeyOwners', ['sts:GetAccessKeyInfo'], ['*']),
    // For Lambda itself, which gives up an event after its retries.
    allow('SendDeadLetters', ['sqs:SendMessage'], [deploymentNames(deployment).deadLetterQueueArn]),
  ];
}

function writeLog({ leaks, deployment }: DeployableConfig): Statement {
  const { account, region, engine } = deployment;
  const { partition, logGroupName, workerLogGroupName, leaksLogGroupName } = deploymentNames(deployment);
  const groups = [
    ...(engine === 'step-functions' ? [logGroupName, workerLogGroupName] : [logGroupName]),
    ...(leaks ? [leaksLogGroupName] : []),
  ];
  const streams = groups.map((group) => `arn:${partition}:logs:${region}:${account}:log-group:${group}:*`);
  return allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], streams);
}

/**
 * For Lambda itself, which attaches the functions to the VPC; their own code is denied it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
function joinVpc({ leaks, deployment }: DeployableConfig): Statement[] {
  const { account, region, engine, vpc } = deployment;
  if (vpc === undefined) return [];
  const { partition, functionArn, workerArn, leaksArn } = deploymentNames(deployment);
  const SourceArns = [
    ...(engine === 'step-functions' ? [functionArn, workerArn] : [functionArn]),
    ...(leaks ? [leaksArn] : []),
  ];
  const reads = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
  const writes = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    allow('ReadVpc', reads, ['*']),
    allow('JoinVpc', writes, [`arn:${partition}:ec2:${region}:${account}:*/*`]),
    {
      ...allow('LeaveVpcToLambda', [...reads, ...writes], ['*']),
      Effect: 'Deny',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': SourceArns } },
    },
  ];
}

/** The worker has the same role, because the rotation roles trust one name; it does not use this. */
function startRun({ deployment }: DeployableConfig): Statement[] {
  const { stateMachineArn } = deploymentNames(deployment);
  return deployment.engine === 'lambda'
    ? []
    : [allow('StartRun', ['states:StartExecution'], [stateMachineArn])];
}
