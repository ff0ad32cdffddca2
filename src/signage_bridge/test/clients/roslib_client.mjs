// A screen on the real roslib: prints what it gets as lines of JSON.
// Arguments: the module roslib, the address of rosbridge.
const [module, url] = process.argv.slice(2);
const { Ros, Service, Topic } = await import(module);

const say = (what, value) => console.log(JSON.stringify({ what, value }));
const ros = new Ros({ url });
const topic = (name, messageType, options = {}) => new Topic({ ros, name, messageType, ...options });
const playback = topic("/deeplens1/playback", "signage_msgs/AdPlayback");

ros.on("error", (error) => say("error", String(error)));
ros.on("status", (status) => say("status", status));
ros.on("close", () => process.exit(0));
ros.on("connection", () => {
  ros.setStatusLevel("info", "level");
  topic("ad", "signage_msgs/AdSelection").subscribe((ad) => {
    say("ad", ad);
    playback.publish({
      stamp: { sec: Math.floor(Date.now() / 1000), nanosec: 0 },
      screen: "roslib",
      device: "deeplens1",
      play_id: "p1",
      creative: ad.creative,
      episode: ad.episode,
      event: 1,
      detail: "",
    });
  });
  for (const compression of ["none", "cbor", "png"]) {
    const client = new Ros({ url });
    client.on("connection", () => {
      new Topic({ ros: client, name: "/deeplens1/presence", compression }).subscribe((presence) =>
        say(compression, presence),
      );
      say("subscribed", compression);
    });
  }
  topic("/deeplens1/faces", "signage_msgs/FaceArray").subscribe((faces) => say("faces", faces));
  const ask = (name, serviceType, request) =>
    new Service({ ros, name, serviceType }).callService(
      request,
      (response) => say("response", response),
      (problem) => say("failed", problem),
    );
  ask("choose_ad", "signage_msgs/ChooseAd", { estimation: "20f", device: "deeplens1" });
  ask("/rosapi/topics", "rosapi/Topics", {});
});
