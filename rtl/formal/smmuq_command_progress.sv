// SPDX-License-Identifier: Apache-2.0 OR MIT

// Commands: while one is pending or runs, RD moves or an error stops the queue after a bounded number of
// steps, and as many after a disable it is acknowledged (E8). A cycle is no step if somebody outside
// holds the command: the memory a fetch, the rest of the SMMU or a device what it is offered, or the
// memory the records and MSIs that a CMD_SYNC waits for (smmuq_write_progress).
module smmuq_command_progress
  import smmuq_pkg::*;
#(
  parameter int unsigned Outstanding = 16,
  parameter int unsigned CountWidth  = $clog2(Outstanding) + 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic       arvalid_o,
  input logic       arready_i,
  input logic [7:0] arlen_o,
  input logic       rvalid_i,
  input logic [1:0] rid_i,
  input logic       cmd_valid_o,
  input logic       cmd_ready_i,
  input logic       sync_valid_o,
  input logic       sync_ready_i,
  input logic       prg_valid_o,
  input logic       prg_ready_i,

  // The Command queue.
  input logic [19:0] rd_q,
  input logic [19:0] pending,
  input logic [ 2:0] count_q,
  input logic [ 2:0] beats_q,
  input logic        stale_q,
  input logic        started_q,
  input logic        synced_q,
  input logic        consumed,
  input logic        failed,
  input logic        prg_command_valid,
  input logic        prg_command_presented,

  // What a CMD_SYNC waits for: records that it marked, or all in flight once one of them was aborted,
  // and the MSI of the one before.
  input logic                       marked,
  input logic [CountWidth-1:0]      marked_q,
  input logic                       draining_q,
  input logic [CountWidth-1:0]      events_in_flight,
  input logic [           2:0]      writes_held,
  input logic [           2:0][4:0] writes_left,
  input logic [MsiSources-1:0]      msi_busy,
  input logic [MsiSources-1:0][7:0] msi_left,

  input cr0_t    enabled,
  input gerror_t gerror_active,
  input logic    cmdqen,
  input logic    cmdqen_acknowledged
);

  // The responses that a CMD_SYNC waits for, 32 steps each; its end, and the hand-out before, or an
  // automatic PRG response and its own; before that a fetch, and the rest of one from before a stop.
  localparam int unsigned SyncSteps = 32 * (2 * Outstanding + 6) + 31;
  localparam int unsigned HandOutSteps = SyncSteps + 3;
  localparam int unsigned Steps = HandOutSteps + 3 + 5;
  localparam int unsigned Width = CountWidth + 9;

  // Beats that the memory owes, as the bus shows it.
  logic [2:0] owed_q;
  logic ar_taken, r_taken, fetch_held;

  assign ar_taken   = arvalid_o && arready_i;
  assign r_taken    = rvalid_i && rid_i == AxiIdCmdq && owed_q != '0;
  assign fetch_held = (arvalid_o && !arready_i) || (owed_q != '0 && !r_taken);

  // Until a burst is over, and until the first beat comes that is kept.
  logic [2:0] burst_left;
  logic [3:0] fetch_left;

  always_comb begin
    burst_left = arvalid_o ? 3'(arlen_o) + 3'd2 : beats_q;
    fetch_left = arvalid_o ? 4'd2 : beats_q != '0 ? 4'd1 : 4'd3;
    if (stale_q) fetch_left = 4'(burst_left) + 4'd3;
  end

  logic [Width-1:0] sync_events_left, sync_left;

  always_comb begin
    sync_events_left = '0;
    if (marked) begin
      sync_events_left = Width'({
        draining_q ? (CountWidth + 1)'(events_in_flight) :
          (CountWidth + 1)'(Outstanding) + (CountWidth + 1)'(marked_q),
        writes_left[AxiIdEventq]
      });
    end
    sync_left = sync_events_left + Width'(msi_left[MsiCmdSync]);
  end

  // The oldest command.
  logic waits, oldest_held, held;
  logic [Width-1:0] oldest_left, left, steps_q;

  logic past_consumed_q;
  logic [19:0] past_rd_q;

  // After a disable: what runs, then what is fetched.
  logic stops, stop_held;
  logic [Width-1:0] stop_left, stop_steps_q;

  assign waits = started_q ||
      (enabled.cmdqen && !gerror_active.cmdq_err && pending != '0);  // C1, C6, E9

  always_comb begin
    if (synced_q) begin
      oldest_held = marked ? writes_held[AxiIdEventq] :
          msi_busy[MsiCmdSync] && writes_held[AxiIdMsi];
      oldest_left = sync_left + Width'(1'b1);
    end else begin
      oldest_held = (cmd_valid_o && !cmd_ready_i) || (sync_valid_o && !sync_ready_i) ||
          (prg_command_valid && prg_valid_o && !prg_ready_i);
      oldest_left = Width'(HandOutSteps) - Width'(!prg_command_valid || prg_command_presented);
    end
    held = count_q == '0 ? fetch_held : oldest_held;
    left = count_q == '0 ? Width'(HandOutSteps) + Width'(fetch_left) : oldest_left;
  end

  assign stops = !cmdqen && cmdqen_acknowledged;
  assign stop_held = started_q ? oldest_held : fetch_held;
  assign stop_left = (started_q ? oldest_left : '0) + Width'(burst_left);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      owed_q          <= '0;
      steps_q         <= '0;
      stop_steps_q    <= '0;
      past_consumed_q <= 1'b0;
      past_rd_q       <= '0;
    end else begin
      owed_q <= owed_q - 3'(r_taken) + (ar_taken ? 3'(arlen_o) + 3'd1 : 3'd0);
      steps_q <= waits && !consumed && !failed ? steps_q + Width'(!held) : '0;
      stop_steps_q <= stops ? stop_steps_q + Width'(!stop_held) : '0;

      past_consumed_q <= consumed;
      past_rd_q <= rd_q;

      LIVE_CommandEnds : assert (!waits || 32'(steps_q) + 32'(left) <= Steps);
      LIVE_EndMovesRd : assert (!past_consumed_q || rd_q != past_rd_q);
      LIVE_CmdqenIsAcknowledged : assert (!stops || 32'(stop_steps_q) + 32'(stop_left) <= Steps);
      LIVE_FetchWaitsForWhatIsOwed : assert (owed_q == beats_q);
      LIVE_BurstsAreOfFour : assert (owed_q <= 3'd4 && (!arvalid_o || arlen_o < 8'd4));
    end
  end

endmodule
