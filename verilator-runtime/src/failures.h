// What the Verilated code prints and how it stops, collected instead of ending the process.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace smmuq {

// Failures of one model, oldest first.
class Failures {
public:
    // Text the RTL printed; belongs to the failure that follows it, if one follows.
    void print(const std::string& text) { m_printed += text; }
    void fail(const std::string& reason);
    // Text no failure followed ($display, $warning).
    std::string take_printed();
    std::vector<std::string> take();

private:
    std::string m_printed;
    std::vector<std::string> m_failed;
};

// The model cannot be evaluated any further, for instance because it does not converge.
struct Fatal final : std::exception {
    const char* what() const noexcept override { return "the Verilated model cannot continue"; }
};

// While it lives, this thread's failures go to the given list.
class Collect {
public:
    explicit Collect(Failures& failures);
    ~Collect();
    Collect(const Collect&) = delete;
    Collect& operator=(const Collect&) = delete;

private:
    Failures& m_failures;
    Failures* const m_outer;
};

}  // namespace smmuq

// Stands for printf in the run-time library (VL_PRINTF).
int smmuq_printf(const char* format, ...);

// Verilator 5.006 calls this hook without a declaration of its own.
void vl_stop_maybe(const char* file, int line, const char* hierarchy, bool maybe);
