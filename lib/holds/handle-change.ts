/** What a step of an aid group into or out of payment does to its campaigns. The job of lib/vetting/move-group.ts. */
export async function handleGroupChange(_: { aidGroupId: string }): Promise<void> {}
