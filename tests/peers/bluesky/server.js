// A real PDS with its PLC directory, in memory, on 127.0.0.1 only. Prints one line of JSON when it is up.
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' ? listen.call(this, port, '127.0.0.1', ...rest.filter((a) => typeof a === 'function')) : listen.call(this, port, ...rest);
};

const { TestNetworkNoAppView } = require('@atproto/dev-env');

async function main() {
  const network = await TestNetworkNoAppView.create({
    plc: { port: Number(process.env.PLC_PORT) },
    pds: { port: Number(process.env.PDS_PORT), hostname: 'localhost', devMode: true },
  });
  const stop = async () => {
    await network.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdin.resume();
  process.stdin.on('end', stop); // the test that started us is gone
  console.log(JSON.stringify({ url: network.pds.url, plc: network.plc.url }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
