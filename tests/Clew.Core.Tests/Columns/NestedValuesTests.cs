using System.Buffers;
using System.Globalization;
using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Core.Tests.Columns;

public class NestedValuesTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var expected = new StringBuilder();
            bool isMap = random.Next(2) == 0;
            byte[] message = Write(random, isMap, depth: 0, expected);
            var actual = new StringBuilder();
            Print(message, isMap, actual);
            Assert.Equal(expected.ToString(), actual.ToString());
        }
    }

    [Fact]
    public void Mangled_bytes_are_refused_or_read_but_never_overrun()
    {
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            bool isMap = random.Next(2) == 0;
            byte[] message = Write(random, isMap, depth: 0, new StringBuilder());
            if (message.Length == 0)
            {
                continue;
            }
            if (random.Next(2) == 0)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }
            else
            {
                message = message[..random.Next(message.Length)];
            }
            try
            {
                Print(message, isMap, new StringBuilder());
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.True(refused > 100);
    }

    private static byte[] Write(Random random, bool isMap, int depth, StringBuilder expected)
    {
        var message = new ArrayBufferWriter<byte>();
        expected.Append('[');
        for (int i = random.Next(5); i > 0; i--)
        {
            byte[] key = Encoding.UTF8.GetBytes(isMap && random.Next(4) > 0 ? $"k{random.Next(200)}" : "");
            var type = (AttributeType)random.Next(depth > 4 ? 6 : 8);
            long bits = type switch
            {
                AttributeType.Bool => random.Next(2),
                AttributeType.Int => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
                AttributeType.Double => BitConverter.DoubleToInt64Bits(random.Next(4) == 0 ? double.NaN : random.NextDouble()),
                _ => 0,
            };
            expected.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(key)}:{type}={bits}=");
            byte[] bytes = [];
            if (type is AttributeType.Array or AttributeType.Map)
            {
                bytes = Write(random, type == AttributeType.Map, depth + 1, expected);
            }
            else if (AttributeTable.IsStringId(type))
            {
                bytes = new byte[random.Next(3) == 0 ? 0 : random.Next(300)];
                random.NextBytes(bytes);
                expected.Append(Convert.ToHexString(bytes));
            }
            expected.Append(';');
            if (isMap)
            {
                NestedValueWriter.AddToMap(message, key, type, bits, bytes);
            }
            else
            {
                NestedValueWriter.AddToArray(message, type, bits, bytes);
            }
        }
        expected.Append(']');
        return message.WrittenSpan.ToArray();
    }

    private static void Print(ReadOnlySpan<byte> message, bool isMap, StringBuilder to)
    {
        to.Append('[');
        foreach (var element in new NestedValues(message, isMap))
        {
            to.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(element.Key)}:{element.Type}={element.Bits}=");
            if (element.Type is AttributeType.Array or AttributeType.Map)
            {
                Print(element.Bytes, element.Type == AttributeType.Map, to);
            }
            else
            {
                to.Append(Convert.ToHexString(element.Bytes));
            }
            to.Append(';');
        }
        to.Append(']');
    }
}
