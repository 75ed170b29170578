// What a server to be measured tells the bench over IPC: where it listens, and its use of CPU and memory when asked.
/** @param openBare opens a bare server beside it in its process, and tells its port */
export function announce(ready, openBare) {
  process.on('message', async (question) => {
    if (question.bare) return process.send({ port: await openBare(question.bare) });
    if (question === 'gc') globalThis.gc?.();
    process.send({ cpu: process.cpuUsage(), memory: process.memoryUsage() });
  });
  process.on('disconnect', () => process.exit());
  process.send(ready);
}
