import { DescribeOrganizationalUnitCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';

/**
 * Names of OUs, for display only: it never rejects.
 * @returns by ID, without those that AWS does not tell
 */
export async function readUnitNames(
  client: OrganizationsClient,
  ids: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const read = [...new Set(ids)].map(async (OrganizationalUnitId) => {
    const command = new DescribeOrganizationalUnitCommand({ OrganizationalUnitId });
    const answer = await client.send(command, { abortSignal: signal }).catch(() => undefined);
    return answer?.OrganizationalUnit;
  });
  const units = await Promise.all(read);
  return new Map(units.flatMap((unit) => (unit?.Id && unit.Name ? [[unit.Id, unit.Name] as const] : [])));
}
