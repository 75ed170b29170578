// What a server to be measured tells the bench over IPC: where it listens, and its use of CPU and memory when asked.
export function announce(ready) {
  process.on('message', (question) => {
    if (question === 'gc') globalThis.gc?.();
    process.send({ cpu: process.cpuUsage(), memory: process.memoryUsage() });
  });
  process.on('disconnect', () => process.exit());
  process.send(ready);
}
