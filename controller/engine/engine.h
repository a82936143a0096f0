// A controller without a network: the database, what is scheduled, and the threads that work on
// both. Answers come by callback; the services in controller/rpc only pass them on.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/os/clock.h"
#include "controller/engine/dispatcher.h"
#include "controller/engine/poll_list.h"
#include "controller/engine/progress_board.h"
#include "controller/engine/queries.h"
#include "controller/engine/read_thread.h"
#include "controller/engine/write_thread.h"
#include "controller/storage/database.h"
#include "controller/storage/file_lock.h"

namespace bench {

struct EngineOptions {
  std::string db_path;
  std::string held_by;  // kHeldByServer or kHeldByCommand
  absl::Duration lease_ttl = absl::Seconds(30);
  // If another process works on the database: true = answer queries only, false = refuse to open.
  bool may_observe = false;
};

// Thread-safe. Requests are used until their callback, which is called exactly once, on one of the
// engine's threads or (after Stop) on the caller's.
class Engine {
 public:
  // Opens and migrates the database and goes on with what was unfinished.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(const EngineOptions& options, Clock& clock);
  ~Engine();

  template <typename Request, typename Response>
  void Write(absl::StatusOr<Response> (Dispatcher::*operation)(const Request&),
             const Request& request, std::function<void(absl::StatusOr<Response>)> done);
  template <typename Request, typename Response>
  void Read(absl::StatusOr<Response> (Queries::*query)(const Request&), const Request& request,
            std::function<void(absl::StatusOr<Response>)> done);

  // Waits for work for up to request.wait_sec. The poll that is returned may be given up.
  std::shared_ptr<Poll> AcquireRun(
      const v1::AcquireRunRequest& request,
      std::function<void(absl::StatusOr<v1::AcquireRunResponse>)> done);
  void GiveUp(Poll& poll);

  // Answers all polls, now and from now on, so that a server can drain.
  void EndPolls();
  // Ends the threads once all that was posted is done. Idempotent.
  void Stop();

 private:
  explicit Engine(Clock& clock) : clock_(clock) {}
  absl::Status OpenWriter(const EngineOptions& options);
  void PostAcquire(std::shared_ptr<Poll> poll);
  absl::Duration AfterBatch(bool sound);
  void ServeWork();
  // Why nothing can be changed; ok otherwise.
  absl::Status Writable() const;

  Clock& clock_;
  ProgressBoard progress_;
  std::optional<FileLock> lock_;
  std::unique_ptr<Database> write_database_;
  std::unique_ptr<Database> read_database_;
  absl::Status observing_;  // why, if another process holds the lock
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Queries> queries_;
  PollList polls_;                  // on the write thread only
  uint64_t served_generation_ = 0;  // on the write thread only
  std::atomic<bool> polls_ended_ = false;
  std::unique_ptr<ReadThread> reader_;
  std::unique_ptr<WriteThread> writer_;  // null while observing
};

template <typename Request, typename Response>
void Engine::Write(absl::StatusOr<Response> (Dispatcher::*operation)(const Request&),
                   const Request& request, std::function<void(absl::StatusOr<Response>)> done) {
  if (writer_ == nullptr) return done(Writable());
  auto response = std::make_shared<Response>();
  writer_->Post(
      [this, operation, &request, response] {
        absl::StatusOr<Response> result = (dispatcher_.get()->*operation)(request);
        if (result.ok()) *response = *std::move(result);
        return result.status();
      },
      [response, done = std::move(done)](const absl::Status& stored) {
        if (stored.ok()) {
          done(std::move(*response));
        } else {
          done(stored);
        }
      });
}

template <typename Request, typename Response>
void Engine::Read(absl::StatusOr<Response> (Queries::*query)(const Request&),
                  const Request& request, std::function<void(absl::StatusOr<Response>)> done) {
  bool posted = reader_->Post([this, query, &request, done] {
    // One snapshot for all that a query reads.
    absl::Status begun = read_database_->Run("BEGIN");
    if (!begun.ok()) return done(begun);
    absl::StatusOr<Response> result = (queries_.get()->*query)(request);
    read_database_->Run("COMMIT").IgnoreError();
    done(std::move(result));
  });
  if (!posted) done(absl::UnavailableError("the controller is shutting down"));
}

}  // namespace bench
