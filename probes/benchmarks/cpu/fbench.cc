#include "probes/benchmarks/cpu/fbench.h"

#include <cmath>
#include <cstdio>
#include <string_view>

#include "probes/benchmark.h"

namespace hypergauge::probes {
namespace {

struct Surface {
  double radius;      ///< of curvature
  double index;       ///< of refraction behind it, in D light
  double dispersion;  ///< Abbe's number
  double thickness;   ///< to the next surface
};

// The 4 inch f/12 achromatic objective of fbench.
constexpr std::array<Surface, 4> kObjective{{{27.05, 1.5137, 63.6, 0.52},
                                             {-16.68, 1.0, 0.0, 0.138},
                                             {-16.68, 1.6164, 36.7, 0.38},
                                             {-78.1, 1.0, 0.0, 0.0}}};
constexpr double kClearAperture = 4.0;

// Fraunhofer's lines, in angstroms.
constexpr double kLineC = 6562.816;
constexpr double kLineD = 5895.944;
constexpr double kLineF = 4861.344;

constexpr std::array<std::string_view, 7> kAnswers{
    "47.09479120920", "0.04178472683", "47.08372160249", "0.04177864821",
    "-0.01106960671", "0.00008954761", "0.00448229032"};

struct Ray {
  double distance = 0;  ///< of the object from the surface; 0 is infinitely far
  double slope = 0;     ///< of the ray against the axis
  double height = 0;    ///< above the axis
};

// Refraction at one surface from index `from` into index `to`, by the small-angle formulae.
void TransitParaxially(double radius, double from, double to, Ray& ray) {
  const bool parallel = ray.distance == 0.0;
  if (parallel) ray.slope = 0.0;
  const double incidence =
      parallel ? ray.height / radius : (ray.distance - radius) / radius * ray.slope;
  const double refraction = from / to * incidence;
  if (!parallel) ray.height = ray.distance * ray.slope;
  ray.slope = ray.slope + incidence - refraction;
  ray.distance = ray.height / ray.slope;
}

// The same by exact trigonometry.
void TransitMarginally(double radius, double from, double to, Ray& ray) {
  const bool parallel = ray.distance == 0.0;
  if (parallel) ray.slope = 0.0;
  const double incidence_sine =
      parallel ? ray.height / radius : (ray.distance - radius) / radius * std::sin(ray.slope);
  const double incidence = std::asin(incidence_sine);
  const double old_slope = ray.slope;
  ray.slope = ray.slope + incidence - std::asin(from / to * incidence_sine);
  const double half = std::sin((old_slope + incidence) / 2.0);
  const double sagitta = 2.0 * radius * half * half;
  ray.distance = radius * std::sin(old_slope + incidence) * (1.0 / std::tan(ray.slope)) + sagitta;
}

enum class Kind { kMarginal, kParaxial };

Ray Trace(double line, double height, Kind kind) {
  Ray ray{.height = height};
  double from = 1.0;
  for (const auto& surface : kObjective) {
    double to = surface.index;
    if (to > 1.0) {
      to += (kLineD - line) / (kLineC - kLineF) * ((surface.index - 1.0) / surface.dispersion);
    }
    if (kind == Kind::kParaxial) {
      TransitParaxially(surface.radius, from, to, ray);
    } else {
      TransitMarginally(surface.radius, from, to, ray);
    }
    from = to;
    ray.distance -= surface.thickness;
  }
  return ray;
}

FbenchAnswers TraceAll(double height) {
  const Ray marginal = Trace(kLineD, height, Kind::kMarginal);
  const Ray paraxial = Trace(kLineD, height, Kind::kParaxial);
  const double distance_c = Trace(kLineC, height, Kind::kMarginal).distance;
  const double distance_f = Trace(kLineF, height, Kind::kMarginal).distance;
  return {
      marginal.distance,
      marginal.slope,
      paraxial.distance,
      paraxial.slope,
      paraxial.distance - marginal.distance,
      1.0 - (paraxial.distance * paraxial.slope) / (std::sin(marginal.slope) * marginal.distance),
      distance_f - distance_c};
}

}  // namespace

FbenchAnswers RunFbench(int iterations) {
  FbenchAnswers answers{};
  for (int i = 0; i < iterations; ++i) {
    double height = kClearAperture / 2.0;
    DoNotOptimize(height);
    answers = TraceAll(height);
    DoNotOptimize(answers);
  }
  return answers;
}

Result<void> CheckFbench(const FbenchAnswers& answers) {
  for (size_t i = 0; i < answers.size(); ++i) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.11f", answers[i]);
    if (text.data() != kAnswers[i]) {
      return Fail(ErrorCode::kWrongAnswer, "fbench's answer " + std::to_string(i + 1) +
                                               " came out as " + text.data() + " instead of " +
                                               std::string(kAnswers[i]));
    }
  }
  return {};
}

}  // namespace hypergauge::probes
