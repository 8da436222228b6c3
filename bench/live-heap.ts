import { constants, PerformanceObserver, type NodeGCPerformanceDetail } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/**
 * @returns the most that was left of the heap after a full collection of garbage until now; 0 when there was
 *   none
 */
export function watchHeap(): () => number {
  let most = 0;
  new PerformanceObserver((list) => {
    // The types of Node lack `detail` here.
    const entries = list.getEntries() as unknown as readonly { readonly detail: NodeGCPerformanceDetail }[];
    const isFull = entries.some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR);
    if (isFull) most = Math.max(most, getHeapStatistics().used_heap_size);
  }).observe({ entryTypes: ['gc'] });
  return () => most;
}
