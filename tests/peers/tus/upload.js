// Sends one file; with a number of bytes as last argument it is cut off there, as when a computer is shut.
import fs from "node:fs";
import { createRequire } from "node:module";

const [endpoint, path, name, memory, folder, cutAt] = process.argv.slice(2);
const tus = createRequire(`${folder}/`)("tus-js-client");
const headers = JSON.parse(process.env.TUS_HEADERS);

const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  headers,
  chunkSize: 256 * 1024,
  uploadSize: fs.statSync(path).size,
  metadata: { filename: name, filetype: "video/mp4" },
  urlStorage: new tus.FileUrlStorage(memory),
  removeFingerprintOnSuccess: true,
  retryDelays: [100, 500],
  onProgress: (sent) => { if (cutAt && sent >= Number(cutAt)) process.kill(process.pid, "SIGKILL"); },
  onError: (error) => { console.error(String(error)); process.exit(1); },
  onSuccess: (payload) => {
    console.log(JSON.stringify({ url: upload.url, asset: payload?.lastResponse?.getHeader("TrendDrop-Asset") }));
  },
});

const [before] = await upload.findPreviousUploads();
if (before) {
  console.error("resumes");
  upload.resumeFromPreviousUpload(before);
}
upload.start();
