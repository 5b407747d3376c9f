// SPDX-License-Identifier: Apache-2.0 OR MIT

// A bit that the solver chooses anew in each cycle. Nothing is in it: the prover cuts its output.
(* blackbox *)
module smmuq_any (
  output logic any_o
);
endmodule
