// SPDX-License-Identifier: Apache-2.0 OR MIT

// A value that the solver chooses anew in each cycle. Nothing is in it: the prover cuts its output.
(* blackbox *)
module smmuq_any #(
  parameter int unsigned Width = 1
) (
  output logic [Width-1:0] any_o
);
endmodule
