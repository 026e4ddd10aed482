using System.Text;
using System.Text.Json.Nodes;
using Clew.Core.Columns;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Load.Crash;

namespace Clew.Load.Tests.Crash;

/// <summary>The harness notices whatever a server could do to what it acknowledged.</summary>
public class CrashCheckTests
{
    private const ulong Epoch = 1_800_000_000_000_000_000;
    private const int Blocks = 40;

    private readonly CrashPlan plan = new(7, Epoch);

    [Fact]
    public async Task WhatIsAsItWasSentPasses()
    {
        var (record, server) = Sent();
        await new CrashCheck(record, server.AnswerAsync).RunAsync(All);
        Assert.True(record.Acknowledged.Spans > 500);
    }

    [Fact]
    public async Task WhatWasNotAcknowledgedMayBeThereOrNotAsAWhole()
    {
        var (record, server) = Sent((block, part) => (block + part) % 2 == 0);
        // Of the others every second payload was kept all the same.
        foreach (var (block, part) in Payloads().Where(payload => (payload.Block + payload.Part) % 4 == 1))
        {
            server.Keep(block, part);
        }
        var check = new CrashCheck(record, server.AnswerAsync);
        await check.RunAsync(All);
        Assert.Equal((Payloads().Count(p => (p.Block + p.Part) % 4 == 1), Payloads().Count(p => (p.Block + p.Part) % 4 == 3)), record.Doubtful);
        await check.RunAsync(All);
        // From then on it has to stay.
        server.Lose(Payloads().First(p => (p.Block + p.Part) % 4 == 1));
        await Assert.ThrowsAsync<CrashCheckException>(() => check.RunAsync(All));
    }

    [Theory]
    [InlineData("lost", "LOST")]
    [InlineData("lost span", "missing")]
    [InlineData("doubled span", "TWICE")]
    [InlineData("foreign span", "never sent")]
    [InlineData("changed name", "was CrashSpan")]
    [InlineData("changed time", "was CrashSpan")]
    [InlineData("changed attribute", "other content")]
    [InlineData("returned", "it is there")]
    internal async Task WhateverIsNotAsItWasSentIsNoticed(string what, string message)
    {
        var (record, server) = Sent((block, _) => what != "returned" || block != 13);
        var check = new CrashCheck(record, server.AnswerAsync);
        await check.RunAsync(All);
        server.Harm(what, plan.Traces(13).First(trace => trace % 13 == 0));
        var failure = await Assert.ThrowsAsync<CrashCheckException>(() => check.RunAsync(All));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A server that samples: by a share, which ids decide, or by a policy that only it knows.</summary>
    [Theory]
    [InlineData("0.3", "", null)]
    [InlineData("0.3", "drop of kept", "LOST|there in part")]
    [InlineData("0.3", "keep of dropped", "was to be dropped")]
    [InlineData("0.3", "lose of dropped", null)]
    [InlineData("policy.json", "", null)]
    [InlineData("policy.json", "tear", "TORN")]
    [InlineData("policy.json", "return", "was to be dropped")]
    [InlineData("policy.json", "changed name", "was CrashSpan")]
    internal async Task WhatIsDroppedIsDroppedWhole(string policy, string what, string? message)
    {
        var sampled = new CrashPlan(7, Epoch, isSampled: true);
        var record = new CrashRecord(sampled, new CrashSampling(policy));
        var server = new FakeServer(sampled);
        var drops = new List<long>();
        foreach (long block in All)
        {
            record.Begin();
            for (int part = 0; part < sampled.Parts(block); part++)
            {
                record.Sending(block, part);
                record.Acknowledge(block, part);
                server.Keep(block, part);
            }
            drops.AddRange(sampled.Traces(block).Where(trace => record.Keeps(trace) is { } keeps ? !keeps : trace % 3 == 1));
        }
        Assert.All(drops, trace => Assert.False(CrashPlan.IsMark(trace)));
        Assert.InRange(drops.Count, 50, 250);
        var check = new CrashCheck(record, server.AnswerAsync);
        await check.RunAsync(All); // all of it may be open still
        if (what == "lose of dropped")
        {
            server.LosePart(drops[0], 0); // one part closed before the other came
            await check.RunAsync(All);
        }
        drops.ForEach(server.Drop);
        long late = drops.First(trace => sampled.Parts(trace / 8) > 1);
        switch (what)
        {
            case "drop of kept": server.Drop(Enumerable.Range(0, 300).Select(trace => (long)trace).First(trace => record.Keeps(trace) == true && !CrashPlan.IsMark(trace))); break;
            case "keep of dropped": server.KeepPart(late, 1); break;
            case "tear": server.KeepPart(late, 1); break;
            case "return":
                await check.RunAsync(All, isSettled: true);
                server.KeepPart(late, 0);
                server.KeepPart(late, 1);
                break;
            case "changed name":
                server.KeepPart(late, 0);
                server.Harm(what, late);
                break;
        }
        var settled = new CrashCheck(record, server.AnswerAsync);
        if (message is null)
        {
            await settled.RunAsync(All, isSettled: true);
            Assert.Equal(drops.Count, settled.Dropped);
            Assert.Equal(record.KeptCounts()!.Values.Sum() + DroppedSpans(), record.Counts().Values.Sum());
            return;
        }
        var failure = await Assert.ThrowsAsync<CrashCheckException>(() => settled.RunAsync(All, isSettled: true));
        Assert.Matches(message, failure.Message);

        long DroppedSpans() => drops.Sum(trace => sampled.Parts(trace / 8) * sampled.SpansPerPart(trace));
    }

    [Fact]
    public void PayloadsHoldWhatThePlanSays()
    {
        var reader = new OtlpProtobufReader(new OtlpOptions());
        var batch = new SpanBatch();
        foreach (var (block, part) in Payloads())
        {
            Assert.True(reader.Read(plan.Payload(block, part), batch).IsValid);
            var expected = plan.Traces(block).SelectMany(trace => plan.Spans(trace, part).Select(span =>
                $"{plan.TraceIdText(trace)} {span.Id:x16} {span.Parent:x16} {span.Group.Operation} {span.Group.Kind} {span.Group.Status} {span.Start} {span.Duration}"));
            var s = batch.Spans;
            Assert.Equal(expected, Enumerable.Range(0, batch.Count).Select(i =>
                $"{s.TraceIds[i]} {s.SpanIds[i]} {s.ParentSpanIds[i]} {batch.Text(s.Names[i])} {(int)s.Kinds[i]} {(int)s.StatusCodes[i]} {s.StartTimes[i]} {s.Duration(i)}"));
        }
        Assert.Equal(Enum.GetValues<CrashBlock>(), Enumerable.Range(0, 400).Select(block => plan.Kind(block)).Distinct().Order());
    }

    private static IEnumerable<long> All => Enumerable.Range(0, Blocks).Select(block => (long)block);

    private IEnumerable<(long Block, int Part)> Payloads() => All.SelectMany(block => Enumerable.Range(0, plan.Parts(block)).Select(part => (block, part)));

    /// <summary>A record of blocks that were sent, and a server that keeps those that were acknowledged.</summary>
    private (CrashRecord Record, FakeServer Server) Sent(Func<long, int, bool>? isAcknowledged = null)
    {
        var record = new CrashRecord(plan);
        var server = new FakeServer(plan);
        foreach (long block in All)
        {
            Assert.Equal(block, record.Begin());
        }
        foreach (var (block, part) in Payloads())
        {
            record.Sending(block, part);
            if (isAcknowledged?.Invoke(block, part) != false)
            {
                record.Acknowledge(block, part);
                server.Keep(block, part);
            }
        }
        return (record, server);
    }

    /// <summary>Answers for traces as the own API does.</summary>
    private sealed class FakeServer(CrashPlan plan)
    {
        private readonly Dictionary<string, List<CrashSpan>> traces = [];
        private string? changed;

        public void Keep(long block, int part)
        {
            foreach (long trace in plan.Traces(block))
            {
                string id = plan.TraceIdText(trace);
                traces.TryAdd(id, []);
                traces[id].AddRange(plan.Spans(trace, part));
            }
        }

        public void Lose((long Block, int Part) payload)
        {
            foreach (long trace in plan.Traces(payload.Block))
            {
                foreach (var span in plan.Spans(trace, payload.Part))
                {
                    traces[plan.TraceIdText(trace)].Remove(span);
                }
            }
        }

        public void Drop(long trace) => traces.Remove(plan.TraceIdText(trace));

        public void KeepPart(long trace, int part)
        {
            traces.TryAdd(plan.TraceIdText(trace), []);
            traces[plan.TraceIdText(trace)].AddRange(plan.Spans(trace, part));
        }

        public void LosePart(long trace, int part)
        {
            foreach (var span in plan.Spans(trace, part))
            {
                traces[plan.TraceIdText(trace)].Remove(span);
            }
        }

        public void Harm(string what, long trace)
        {
            string id = plan.TraceIdText(trace);
            if (what is "lost" or "returned")
            {
                bool isLost = what == "lost";
                for (int part = 0; part < plan.Parts(13); part++)
                {
                    if (isLost)
                    {
                        Lose((13, part));
                    }
                    else
                    {
                        Keep(13, part);
                    }
                }
                return;
            }
            var spans = traces[id];
            var last = spans[^1];
            switch (what)
            {
                case "lost span": spans.RemoveAt(spans.Count - 1); break;
                case "doubled span": spans.Add(last); break;
                case "foreign span": spans.Add(last with { Id = 99 }); break;
                case "changed name": spans[^1] = last with { Group = last.Group with { Operation = "other" } }; break;
                case "changed time": spans[^1] = last with { Start = last.Start + 1 }; break;
                default: changed = id; break;
            }
        }

        public Task<byte[]?> AnswerAsync(string path)
        {
            string[] parts = path.Split('/');
            return Task.FromResult(!traces.TryGetValue(parts[2], out var spans) || spans.Count == 0 ? null
                : parts.Length > 3 ? Skeleton(spans) : Document(spans, isChanged: parts[2] == changed));
        }

        private static byte[] Document(List<CrashSpan> spans, bool isChanged)
        {
            static JsonObject Attribute(string key, string type, string value) => new() { ["key"] = key, ["value"] = new JsonObject { [type] = value } };
            var list = new JsonArray([.. spans.Select(span => new JsonObject
            {
                ["spanId"] = $"{span.Id:x16}",
                ["parentSpanId"] = span.Parent == 0 ? null : $"{span.Parent:x16}",
                ["attributes"] = new JsonArray(
                [
                    Attribute("crash.number", "intValue", $"{span.Number + (isChanged ? 1 : 0)}"), Attribute("order.id", "stringValue", CrashPlan.OrderText(span)),
                    .. span.TextBytes > 0 ? (JsonNode[])[Attribute("crash.text", "stringValue", CrashPlan.Text(span))] : [],
                ]),
            })]);
            var scopeSpans = new JsonArray(new JsonObject { ["spans"] = list });
            return Encoding.UTF8.GetBytes(new JsonObject { ["resourceSpans"] = new JsonArray(new JsonObject { ["scopeSpans"] = scopeSpans }) }.ToJsonString());
        }

        /// <summary>docs/api/own.md; one string for each name and service.</summary>
        private static byte[] Skeleton(List<CrashSpan> spans)
        {
            byte[][] texts = [.. spans.SelectMany(span => (string[])[span.Group.Operation, span.Group.Service]).Select(Encoding.UTF8.GetBytes)];
            ulong origin = spans.Min(span => span.Start);
            var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            void Column(Action<CrashSpan, int> write)
            {
                for (int i = 0; i < spans.Count; i++)
                {
                    write(spans[i], i);
                }
                writer.Write(new byte[(8 - (stream.Length % 8)) % 8]);
            }
            writer.Write("CLSK"u8);
            writer.Write((ushort)1);
            writer.Write((ushort)0);
            writer.Write(spans.Count);
            writer.Write(texts.Length);
            writer.Write(texts.Sum(text => text.Length));
            writer.Write(0);
            writer.Write(origin);
            writer.Write(new byte[64 - 32]);
            Column((span, _) => writer.Write((double)(span.Start - origin)));
            Column((span, _) => writer.Write((double)span.Duration));
            Column((_, _) => writer.Write(0.0));
            Column((span, _) => writer.Write(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(span.Id)));
            Column((_, _) => writer.Write(-1));
            Column((_, _) => writer.Write(1));
            Column((_, i) => writer.Write(2 * i));
            Column((_, i) => writer.Write((2 * i) + 1));
            Column((span, _) => writer.Write((byte)span.Group.Kind));
            Column((span, _) => writer.Write((byte)span.Group.Status));
            Column((_, _) => writer.Write((byte)0));
            int offset = 0;
            writer.Write(0);
            foreach (byte[] text in texts)
            {
                writer.Write(offset += text.Length);
            }
            writer.Write(new byte[(8 - (stream.Length % 8)) % 8]);
            foreach (byte[] text in texts)
            {
                writer.Write(text);
            }
            return stream.ToArray();
        }
    }
}
