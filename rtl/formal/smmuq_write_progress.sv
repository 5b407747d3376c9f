// SPDX-License-Identifier: Apache-2.0 OR MIT

// The way of records, messages and MSIs to the memory, the same for each kind: the oldest write of a
// kind that has no response is held by the memory, or comes nearer to it. It is held in a cycle in which
// the memory takes nothing that has to leave before it or with it, although something of that is
// offered on each channel that has any; and once all of it left, until the response. All other cycles
// are steps, and there are few of them from one response to the next.
module smmuq_write_progress
  import smmuq_pkg::*;
#(
  parameter int unsigned CountWidth = 5
) (
  input logic clk_i,
  input logic rst_ni,

  input logic       awvalid_o,
  input logic       awready_i,
  input logic [7:0] awlen_o,
  input logic       wvalid_o,
  input logic       wready_i,
  input logic       bvalid_i,
  input logic [1:0] bid_i,

  // Writes of each kind without a response, and those among them that did not begin yet. An MSI that
  // did not begin is not in flight.
  input logic [CountWidth-1:0] events_in_flight,
  input logic [CountWidth-1:0] messages_in_flight,
  input logic [MsiSources-1:0] msi_in_flight,

  // The way: who asks for a burst, whose begins, whose was the last, and what is in the fifos, the head
  // in bit 0.
  input logic [2:0]      request,
  input logic [2:0]      begin_burst,
  input logic [2:0]      last_q,
  input logic            second_q,
  input logic [1:0]      aw_filled,
  input logic [1:0][1:0] aw_ids,
  input logic [1:0]      w_filled,
  input logic [1:0]      w_lasts,

  output logic [2:0]      held_o,
  output logic [2:0][4:0] left_o   // steps until the memory has all of it
);

  // Of a write that did not begin: two bursts of others before it, of five steps each; four beats and
  // two addresses before them; then its own beginning, address, and two beats, of which the second is
  // put into the fifo in a step of its own.
  localparam int unsigned Steps = 21;

  // Whose the beats in the fifo are.
  logic [1:0][1:0] w_ids_q;
  logic [1:0] pushed;
  logic w_taken, aw_taken;

  assign aw_taken = awvalid_o && awready_i;
  assign w_taken  = wvalid_o && wready_i;

  always_comb begin
    pushed = AxiIdEventq;
    if (begin_burst[AxiIdPriq]) pushed = AxiIdPriq;
    if (begin_burst[AxiIdMsi]) pushed = AxiIdMsi;
  end

  // Which places hold an address or the last beat of a kind. The third place of beats is that of a
  // record's second beat that is not in the fifo yet.
  logic [2:0][1:0] addresses;
  logic [2:0][2:0] ends;
  logic [2:0] unbegun, answered, waiting;
  logic [2:0][CountWidth-1:0] begun;

  always_comb begin
    for (int unsigned i = 0; i < 3; i++) begin
      for (int unsigned j = 0; j < 2; j++) begin
        addresses[i][j] = aw_filled[j] && aw_ids[j] == 2'(i);
        ends[i][j]      = w_filled[j] && w_ids_q[j] == 2'(i) && w_lasts[j];
      end
      ends[i][2]  = second_q && i == 32'(AxiIdEventq);
      unbegun[i]  = request[i] && !(second_q && i == 32'(AxiIdEventq));
      answered[i] = bvalid_i && bid_i == 2'(i);
      waiting[i]  = begun[i] != '0 || unbegun[i];
    end
    begun[AxiIdEventq] = events_in_flight - CountWidth'(unbegun[AxiIdEventq]);
    begun[AxiIdPriq]   = messages_in_flight - CountWidth'(unbegun[AxiIdPriq]);
    begun[AxiIdMsi]    = CountWidth'(msi_in_flight != '0);
  end

  // Of those that began, the oldest without a response is the newest but some: what is there of its
  // kind may also be of one that has a response already.
  logic [2:0][2:0] oldest_address, oldest_end;

  function automatic logic [2:0] oldest(logic [CountWidth-1:0] count, logic [2:0] places);
    logic [2:0] newest;
    newest = places[2] ? 3'b100 : places[1] ? 3'b010 : places[0] ? 3'b001 : 3'b000;
    if (32'(count) == 1) return newest;
    return 32'(count) == 2 ? places & ~newest : 3'b000;
  endfunction

  // What has to leave before it, and with it.
  logic [2:0][1:0] addresses_left;
  logic [2:0][2:0] beats_left;
  logic [1:0] turns;

  always_comb begin
    for (int unsigned i = 0; i < 3; i++) begin
      oldest_address[i] = oldest(begun[i], {1'b0, addresses[i]});
      oldest_end[i]     = oldest(begun[i], ends[i]);
      if (begun[i] == '0) begin
        addresses_left[i] = {1'b0, aw_filled[0]} + {1'b0, aw_filled[1]};
        beats_left[i]     = 3'(w_filled[0]) + 3'(w_filled[1]) + {1'b0, second_q, 1'b0};
      end else begin
        addresses_left[i] = oldest_address[i][1:0];
        beats_left[i]     = oldest_end[i][2] ? 3'(w_filled[0]) + 3'(w_filled[1]) + 3'd2 :
            {1'b0, oldest_end[i][1:0]};
      end
    end
  end

  always_comb begin
    turns = '0;
    for (int unsigned i = 0; i < 3; i++) begin
      turns = last_q == '0 ? 2'(i) : last_q[i] ? 2'd2 : last_q[(i+2)%3] ? 2'd0 : 2'd1;
      left_o[i] = !waiting[i] ? 5'd0 : 5'(addresses_left[i]) + 5'(beats_left[i]) +
          (begun[i] == '0 ? 5'd5 + 5'd5 * 5'(turns) : 5'd0);
      held_o[i] = waiting[i] && !answered[i] &&
          !(aw_taken && addresses_left[i] != '0) && !(w_taken && beats_left[i] != '0) &&
          (awvalid_o || addresses_left[i] == '0) && (wvalid_o || beats_left[i] == '0) &&
          (begun[i] != '0 || addresses_left[i] != '0 || beats_left[i] != '0);
    end
  end

  // Beats that belong to the addresses that the memory took, less those that it took.
  logic [3:0] owed_q, owed_with_addresses;

  always_comb begin
    owed_with_addresses = owed_q;
    for (int unsigned j = 0; j < 2; j++) begin
      if (aw_filled[j]) begin
        owed_with_addresses = owed_with_addresses + (aw_ids[j] == AxiIdEventq ? 4'd2 : 4'd1);
      end
    end
  end

  // Steps since the response before, or since there is one to wait for.
  logic [2:0][5:0] steps_q;
  logic [2:0] nearer;

  always_comb begin
    for (int unsigned i = 0; i < 3; i++) begin
      nearer[i] = !waiting[i] || 32'(steps_q[i]) + 32'(left_o[i]) <= Steps;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      w_ids_q <= '0;
      owed_q  <= '0;
      steps_q <= '0;
    end else begin
      if (w_taken || !w_filled[0]) begin
        w_ids_q[0] <= w_filled[1] ? w_ids_q[1] : pushed;
      end else if (!w_filled[1]) begin
        w_ids_q[1] <= pushed;
      end
      owed_q <= owed_q - 4'(w_taken) + (aw_taken ? awlen_o[3:0] + 4'd1 : 4'd0);
      for (int unsigned i = 0; i < 3; i++) begin
        steps_q[i] <= waiting[i] && !answered[i] ? steps_q[i] + 6'(!held_o[i]) : '0;
      end

      LIVE_RecordComesToTheMemory : assert (nearer[AxiIdEventq]);
      LIVE_MessageComesToTheMemory : assert (nearer[AxiIdPriq]);
      LIVE_MsiComesToTheMemory : assert (nearer[AxiIdMsi]);

      // What the memory was not offered yet is on its way.
      LIVE_NoBeatIsMissing :
      assert (owed_with_addresses == 4'(w_filled[0]) + 4'(w_filled[1]) + 4'(second_q));
      // The first beat of a record is before its second, and all others are alone.
      LIVE_OnlyRecordsHaveTwoBeats :
      assert ((!w_filled[0] || w_lasts[0] || w_ids_q[0] == AxiIdEventq) &&
              (!w_filled[1] || w_lasts[1] || w_ids_q[1] == AxiIdEventq));
      LIVE_SecondBeatIsBehindTheFirst :
      assert (!w_filled[1] ||
              (w_lasts[0] ? !ends[AxiIdEventq][1] : ends[AxiIdEventq][1] && w_lasts[1]));
      LIVE_SecondBeatIsToCome :
      assert (!w_filled[0] || second_q == !(w_filled[1] ? w_lasts[1] : w_lasts[0]));
    end
  end

endmodule
