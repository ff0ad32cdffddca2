// Runs the original face library on pictures given as raw RGB and writes what its networks give.
//
// Usage: node original.mjs PACKAGE REQUESTS.json
// PACKAGE: folder of @vladmandic/face-api, with @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm beside it.
// REQUESTS.json: a list of {net, kind, file, width, height}; file is raw RGB, 8 bits, row by row.
// Prints a JSON list of the answers in the same order.
//   kind "raw": what the network gives for an input of its own size, so that nothing is resized.
//   kind "photo": what a user of the library gets for a photo of any size, the library's own resizing included.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [packageDir, requestsFile] = process.argv.slice(2);
const require = createRequire(path.resolve(packageDir, 'package.json'));
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
const faceapi = require('./dist/face-api.node-wasm.js');

const MINIMUM_SCORE = 0.5;
const numbers = (tensor) => Array.from(tensor.dataSync());
const box = ({ score, box: b }) => ({ score, xyxy_px: [b.left, b.top, b.right, b.bottom] });

const nets = {
  ssd: {
    net: faceapi.nets.ssdMobilenetv1,
    raw: (net, input) => {
      const { boxes, scores } = net.forwardInput(input);
      return { boxes: numbers(boxes[0]), scores: numbers(scores[0]) };
    },
    photo: async (net, tensor) => (await net.locateFaces(tensor, { minConfidence: MINIMUM_SCORE })).map(box),
  },
  tiny: {
    net: faceapi.nets.tinyFaceDetector,
    raw: (net, input) => ({ anchors: numbers(net.forwardInput(input, 416)) }),
    photo: async (net, tensor) =>
      (await net.locateFaces(tensor, { inputSize: 416, scoreThreshold: MINIMUM_SCORE })).map(box),
  },
  age_gender: {
    net: faceapi.nets.ageGenderNet,
    raw: (net, input) => {
      const { age, gender } = net.forwardInput(input);
      return { age_years: numbers(age)[0], male_probability: numbers(gender)[0] };
    },
  },
  landmarks: {
    net: faceapi.nets.faceLandmark68TinyNet,
    raw: (net, input) => ({ points: numbers(net.forwardInput(input)) }),
  },
};
nets.age_gender.photo = async (net, tensor) => nets.age_gender.raw(net, new faceapi.NetInput([tensor]));
nets.landmarks.photo = async (net, tensor) => nets.landmarks.raw(net, new faceapi.NetInput([tensor]));

async function answer({ net: name, kind, file, width, height }) {
  const entry = nets[name];
  if (!entry.net.isLoaded) await entry.net.loadFromDisk(path.join(packageDir, 'model'));
  const tensor = tf.tensor3d(new Uint8Array(readFileSync(file)), [height, width, 3], 'int32');
  const result = kind === 'raw' ? entry.raw(entry.net, new faceapi.NetInput([tensor])) : await entry.photo(entry.net, tensor);
  tensor.dispose();
  return result;
}

wasm.setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), path.sep));
await tf.setBackend('wasm');
await tf.ready();
const answers = [];
for (const request of JSON.parse(readFileSync(requestsFile, 'utf8'))) answers.push(await answer(request));
process.stdout.write(JSON.stringify(answers));
