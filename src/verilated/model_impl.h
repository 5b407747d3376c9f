// The one implementation of Model, for each Verilated top.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>

#include "checksum.h"
#include "failures.h"
#include "model.h"
#include "pins.h"
#include "savable.h"
#include "smmuq/src/verilated/mod.rs.h"
#include "waves.h"

namespace smmuq {

// The library draws initial values from a generator that any new seed of any thread restarts.
inline std::mutex& initial_values() {
    static std::mutex mutex;
    return mutex;
}

// Verilator's seed is a positive int (0 asks for one from the system): small seeds stay distinct.
inline int verilator_seed(std::uint64_t seed) {
    constexpr std::uint64_t largest = 0x7fffffff;
    return static_cast<int>(1 + seed % largest);
}

template <class Top>
class ModelImpl final : public Model {
public:
    explicit ModelImpl(const Start& start) {
        const std::lock_guard<std::mutex> lock{initial_values()};
        const Collect collect{m_failures};
        m_context = std::make_unique<VerilatedContext>();
        Verilated::threadContextp(m_context.get());
        constexpr int random_initial_values = 2;
        m_context->randReset(random_initial_values);
        m_context->randSeed(verilator_seed(start.seed));
        m_context->traceEverOn(!start.path.empty());
        m_top = std::make_unique<Top>(m_context.get(), "TOP");
        m_waves = std::make_unique<Waves>(*m_top, start.path);
        m_top->clk_i = 0;
        m_top->rst_ni = 1;
        drive_all(PinsIn{});
        eval();
    }

    ~ModelImpl() override {
        const Collect collect{m_failures};
        m_top->final();
        // Verilator 5.006 forgets the scopes of a model in the context of the thread, which may be that of another model,
        // gone already.
        Verilated::threadContextp(m_context.get());
    }

    PinsOut cycle(const PinsIn& pins) override {
        const Collect collect{m_failures};
        m_top->clk_i = 0;
        drive_all(pins);
        step();
        const PinsOut sampled = sample_all();
        m_top->clk_i = 1;
        step();
        return sampled;
    }

    std::uint64_t replay(rust::Slice<const PinsIn> stimulus) override {
        const Collect collect{m_failures};
        std::uint64_t checksum = 0;
        for (const PinsIn& pins : stimulus) {
            m_top->clk_i = 0;
            drive_all(pins);
            step();
            checksum = next_checksum(checksum, *m_top);
            m_top->clk_i = 1;
            step();
        }
        return checksum;
    }

    std::size_t peek(rust::Slice<const std::uint32_t> addresses,
                     rust::Slice<std::uint32_t> values) override {
        const Collect collect{m_failures};
        m_top->psel_i = 1;
        m_top->penable_i = 1;
        m_top->pwrite_i = 0;
        std::size_t read = 0;
        for (; read < addresses.size(); ++read) {
            m_top->paddr_i = addresses[read] & 0x1ffff;
            eval();
            if (!m_top->pready_o) break;
            values[read] = m_top->prdata_o;
        }
        // What follows drives its own inputs and settles: nothing sees the outputs before.
        m_top->psel_i = 0;
        m_top->penable_i = 0;
        return read;
    }

    void assert_reset() override {
        const Collect collect{m_failures};
        m_top->rst_ni = 0;
        eval();
#if VM_COVERAGE
        // Leaving random initial values toggles everything.
        m_context->coveragep()->zero();
#endif
    }

    void release_reset() override {
        const Collect collect{m_failures};
        m_top->rst_ni = 1;
        eval();
    }

    // Verilator has either: a model that counts what is reached has no state to save.
#if VM_COVERAGE
    std::unique_ptr<Bytes> save() override { return std::make_unique<Bytes>(); }
    void restore(rust::Slice<const std::uint8_t>) override {}
#else
    std::unique_ptr<Bytes> save() override {
        const Collect collect{m_failures};
        // What was driven last, and what it made of signals between two edges, is no state.
        drive_all(PinsIn{});
        eval();
        const std::uint64_t now = m_context->time();
        m_context->time(0);
        Saving state;
        state << *m_top;
        m_context->time(now);
        return state.take();
    }

    void restore(rust::Slice<const std::uint8_t> state) override {
        const Collect collect{m_failures};
        const std::uint64_t now = m_context->time();
        Restoring from{state};
        try {
            from >> *m_top;
        } catch (const Fatal&) {
            m_dead = true;
        }
        m_context->time(now);
    }
#endif

    rust::Vec<rust::String> take_failures() override {
        rust::Vec<rust::String> failures;
        for (const std::string& failure : m_failures.take()) {
            failures.push_back(rust::String::lossy(failure));
        }
        return failures;
    }

    void write_coverage([[maybe_unused]] rust::Str path) override {
#if VM_COVERAGE
        m_context->coveragep()->write(std::string{path}.c_str());
#endif
    }

private:
    static constexpr unsigned half_period = 5;

    void drive_all(const PinsIn& pins) {
#define SMMUQ_IN(name, width) drive<width>(m_top->name, pins.name);
#define SMMUQ_OUT(name, width)
#include "ports.h"
#undef SMMUQ_IN
#undef SMMUQ_OUT
    }

    PinsOut sample_all() const {
        PinsOut pins;
#define SMMUQ_IN(name, width)
#define SMMUQ_OUT(name, width) sample(m_top->name, pins.name);
#include "ports.h"
#undef SMMUQ_IN
#undef SMMUQ_OUT
        return pins;
    }

    // Half a clock period.
    void step() {
        eval();
        m_waves->dump(m_context->time());
        m_context->timeInc(half_period);
    }

    void eval() {
        if (m_dead) return;
        try {
            m_top->eval();
        } catch (const Fatal&) {
            m_dead = true;
        }
    }

    Failures m_failures;
    bool m_dead = false;
    std::unique_ptr<VerilatedContext> m_context;
    std::unique_ptr<Top> m_top;
    std::unique_ptr<Waves> m_waves;
};

}  // namespace smmuq
