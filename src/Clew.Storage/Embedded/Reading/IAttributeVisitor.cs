using Clew.Core.Model;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Is shown attribute values by <see cref="AttributeCursor.Walk"/>.</summary>
internal interface IAttributeVisitor
{
    /// <param name="owner">Row of the owner in the group.</param>
    /// <param name="column">Index of the cursor's column; one past the last for the catch-all.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="value">The value, or its id in the column's dictionary.</param>
    void Visit(int owner, int column, AttributeType type, long value);
}
