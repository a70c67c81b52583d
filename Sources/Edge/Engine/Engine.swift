// Engine: turns the packet lane by hand or with threads.
//
//   CaptureReader -> chunk -> Router -> worker lanes (one thread each) -> observations in order of the frames
//
// One thread reads and routes; each worker owns some of the shards and sees every chunk; when all have seen a chunk,
// their observations are merged by frame number and handed to the sink, in the thread that called `read`. With one
// worker there are no threads at all. The result does not depend on the number of workers.
//
// May import: the core, Capture. Must never: judge, print, decide what a capture means.
