#include "controller/engine/engine.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/version/version.h"
#include "controller/storage/migration.h"
#include "controller/storage/migrator.h"

namespace bench {
namespace {

constexpr absl::Duration kTick = absl::Seconds(1);
constexpr double kMaxWaitSec = 30;

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(const EngineOptions& options, Clock& clock) {
  std::unique_ptr<Engine> engine(new Engine(clock));
  BENCH_ASSIGN_OR_RETURN(engine->write_database_,
                         Database::Open(options.db_path, Database::Access::kReadWrite));
  absl::StatusOr<FileLock> lock = FileLock::Acquire(options.db_path + ".lock");
  if (lock.ok()) {
    engine->lock_ = *std::move(lock);
    BENCH_RETURN_IF_ERROR(engine->OpenWriter(options));
  } else if (absl::IsAlreadyExists(lock.status())) {
    engine->observing_ = absl::FailedPreconditionError(absl::StrCat(
        "another benchctl or bench-controller works on the database ", options.db_path, " (",
        lock.status().message(), "): wait for it, use it with --controller, or name another file ",
        "with --db"));
    if (!options.may_observe) return engine->observing_;
    BENCH_RETURN_IF_ERROR(CheckSchema(*engine->write_database_, EmbeddedMigrations(), Version()));
    engine->write_database_.reset();
  } else {
    return lock.status();
  }
  BENCH_ASSIGN_OR_RETURN(engine->read_database_,
                         Database::Open(options.db_path, Database::Access::kQueries));
  engine->queries_ = std::make_unique<Queries>(*engine->read_database_, engine->progress_);
  engine->reader_ = std::make_unique<ReadThread>();
  if (engine->dispatcher_ != nullptr) {
    Engine* self = engine.get();
    engine->writer_ = std::make_unique<WriteThread>(
        *engine->write_database_,
        WriteThread::Hooks{[self](bool sound) { return self->AfterBatch(sound); },
                           [self] { return self->dispatcher_->Load(); }});
    engine->writer_->Start();
  }
  return engine;
}

absl::Status Engine::OpenWriter(const EngineOptions& options) {
  BENCH_RETURN_IF_ERROR(Migrate(*write_database_, EmbeddedMigrations(), clock_.Now(), Version()));
  dispatcher_ =
      std::make_unique<Dispatcher>(*write_database_, clock_, RandomIdGenerator(), progress_,
                                   DispatcherOptions{options.lease_ttl, options.held_by});
  BENCH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*write_database_));
  BENCH_RETURN_IF_ERROR(dispatcher_->CancelOrphans());
  BENCH_RETURN_IF_ERROR(dispatcher_->Load());
  return transaction.Commit();
}

Engine::~Engine() {
  Stop();
}

absl::Status Engine::Writable() const {
  return observing_.ok() ? absl::UnavailableError("the controller is shutting down") : observing_;
}

std::shared_ptr<Poll> Engine::AcquireRun(
    const v1::AcquireRunRequest& request,
    std::function<void(absl::StatusOr<v1::AcquireRunResponse>)> done) {
  double wait_sec = request.wait_sec();
  if (!(wait_sec > 0)) wait_sec = 0;  // also what is not a number
  auto poll = std::make_shared<Poll>();
  poll->request = request;
  poll->deadline = clock_.Monotonic() + absl::Seconds(std::min(wait_sec, kMaxWaitSec));
  poll->answer = std::move(done);
  PostAcquire(poll);
  return poll;
}

void Engine::PostAcquire(std::shared_ptr<Poll> poll) {
  if (writer_ == nullptr) return poll->answer(Writable());
  auto response = std::make_shared<v1::AcquireRunResponse>();
  writer_->Post(
      [this, poll, response] {
        // Whoever has gone must not be given a run.
        if (poll->given_up || polls_ended_) return absl::OkStatus();
        absl::StatusOr<v1::AcquireRunResponse> result = dispatcher_->AcquireRun(poll->request);
        if (result.ok()) *response = *std::move(result);
        return result.status();
      },
      [this, poll, response](const absl::Status& stored) {
        if (!stored.ok()) {
          poll->answer(stored);
        } else if (response->has_assignment()) {
          poll->answer(std::move(*response));
        } else {
          polls_.Add(poll);  // AfterBatch answers it if it is over already
        }
      });
}

void Engine::GiveUp(Poll& poll) {
  poll.given_up = true;
  // Only so that the list is looked through.
  if (writer_ != nullptr) {
    writer_->Post([] { return absl::OkStatus(); }, [](const absl::Status&) {});
  }
}

void Engine::EndPolls() {
  polls_ended_ = true;
  if (writer_ != nullptr) {
    writer_->Post([] { return absl::OkStatus(); }, [](const absl::Status&) {});
  }
}

absl::Duration Engine::AfterBatch(bool sound) {
  const absl::Duration now = clock_.Monotonic();
  for (const auto& poll : polls_.TakeEnded(now, polls_ended_)) {
    if (polls_ended_) {
      poll->answer(absl::UnavailableError("the controller is shutting down"));
    } else {
      poll->answer(v1::AcquireRunResponse());
    }
  }
  if (sound) ServeWork();
  return std::min(kTick, polls_.NextDeadline() - now);
}

void Engine::ServeWork() {
  if (dispatcher_->LeasesToExpire()) {
    writer_->Post([this] { return dispatcher_->ExpireLeases(); }, [](const absl::Status&) {});
  }
  const uint64_t generation = dispatcher_->work_generation();
  if (std::exchange(served_generation_, generation) == generation) return;
  auto has_work = [this](const Poll& poll) { return dispatcher_->HasWorkFor(poll.request.node()); };
  for (auto& poll : polls_.TakeIf(has_work)) PostAcquire(std::move(poll));
}

void Engine::Stop() {
  EndPolls();
  if (writer_ != nullptr) writer_->Stop();
  if (reader_ != nullptr) reader_->Stop();
}

}  // namespace bench
